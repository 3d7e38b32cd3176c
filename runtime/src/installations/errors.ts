import { createErrorFactory } from '@nexus/plugin-api'

export const installationErrors = {
  INSTALLATION_UNKNOWN: { fault: 'caller', status: 404, title: 'No such installation' },
  INSTALLATION_CONFIG: { fault: 'caller', status: 422, title: 'The configuration is not complete or not valid' },
  INSTALLATION_CONSENT: { fault: 'caller', status: 409, title: 'The plan changed since consent was given' },
  INSTALLATION_UNVERIFIED: { fault: 'caller', status: 422, title: 'The release cannot be verified' },
  INSTALLATION_LABEL: { fault: 'caller', status: 409, title: 'The label is in use' },
  INSTALLATION_UNHEALTHY: { fault: 'plugin', status: 502, title: 'The plugin did not become healthy' },
  INSTALLATION_SECRET: { fault: 'caller', status: 422, title: 'A chosen secret does not exist' },
  INSTALLATION_DEVELOPER_MODE: { fault: 'caller', status: 409, title: 'The host is not in developer mode' },
  INSTALLATION_HOST_VERSION: { fault: 'caller', status: 422, title: 'The plugin is made for another version of Nexus' },
  INSTALLATION_CHANNEL: { fault: 'caller', status: 404, title: 'No such version or channel' },
  INSTALLATION_PINNED: { fault: 'caller', status: 409, title: 'The version is pinned' },
  INSTALLATION_SECOND_APPROVER: { fault: 'caller', status: 409, title: 'A second person must agree' },
  INSTALLATION_NO_ROLLBACK: { fault: 'caller', status: 409, title: 'There is no such version to go back to' },
  INSTALLATION_WINDOW: { fault: 'caller', status: 422, title: 'The time cannot be used' },
  SANDBOX_PROFILE_UNKNOWN: { fault: 'caller', status: 422, title: 'No such sandbox profile' },
} as const

export const installationError = createErrorFactory(installationErrors)
