import { createErrorFactory } from '@nexus/plugin-api'

export const admissionErrors = {
  CONTRIBUTION_NOT_ACCEPTED: { fault: 'plugin', status: 422, title: 'This host does not take that contribution' },
  CONTRIBUTION_UNKNOWN: { fault: 'plugin', status: 422, title: 'The manifest does not declare it' },
  CONTRIBUTION_TWICE: { fault: 'plugin', status: 409, title: 'It was registered before' },
  CONTRIBUTION_TOO_MANY: { fault: 'plugin', status: 422, title: 'Too many contributions' },
  CONTRIBUTION_MISSING: { fault: 'plugin', status: 422, title: 'The code does not serve what the manifest declares' },
  INSTALLATION_UNHEALTHY: { fault: 'plugin', status: 502, title: 'The plugin did not become healthy' },
  PLUGIN_SWITCHING: { fault: 'host', status: 503, title: 'The plugin is being switched to another version' },
  PROFILE_UNKNOWN: { fault: 'caller', status: 422, title: 'No such sandbox profile' },
} as const

export const admissionError = createErrorFactory(admissionErrors)
