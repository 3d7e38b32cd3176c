import { createErrorFactory } from '@nexus/plugin-api'

export const secretsErrors = {
  SECRETS_NAME_INVALID: { fault: 'caller', status: 422, title: 'Secret name not accepted' },
  SECRETS_VALUE_INVALID: { fault: 'caller', status: 422, title: 'Secret value not accepted' },
  SECRETS_NOT_FOUND: { fault: 'caller', status: 404, title: 'No such secret' },
  SECRETS_BUSY: { fault: 'caller', status: 409, title: 'The secret is being changed' },
  SECRETS_KEY_INVALID: { fault: 'host', status: 500, title: 'Key-encryption key not usable' },
  SECRETS_KEY_EXPOSED: { fault: 'host', status: 500, title: 'Key file open to others' },
  SECRETS_WRONG_KEY: { fault: 'host', status: 500, title: 'Wrong key-encryption key' },
  SECRETS_DAMAGED: { fault: 'host', status: 500, title: 'Stored secret damaged' },
} as const

export const secretsError = createErrorFactory(secretsErrors)
