import { createErrorFactory } from '@nexus/plugin-api'

export const identityErrors = {
  IDENTITY_INVALID_INPUT: { fault: 'caller', status: 422, title: 'Input not accepted' },
  IDENTITY_PASSWORD_REFUSED: { fault: 'caller', status: 422, title: 'Password not accepted' },
  IDENTITY_SIGN_IN_FAILED: { fault: 'caller', status: 401, title: 'Sign-in failed' },
  IDENTITY_TOO_MANY_ATTEMPTS: { fault: 'caller', status: 429, title: 'Too many attempts' },
  IDENTITY_NO_CREDENTIALS: { fault: 'caller', status: 401, title: 'Sign-in needed' },
  IDENTITY_SESSION_INVALID: { fault: 'caller', status: 401, title: 'Session not valid' },
  IDENTITY_TOKEN_INVALID: { fault: 'caller', status: 401, title: 'Token not valid' },
  IDENTITY_SETUP_LINK_INVALID: { fault: 'caller', status: 403, title: 'Setup link not valid' },
  IDENTITY_FORBIDDEN: { fault: 'caller', status: 403, title: 'Not allowed' },
  IDENTITY_NOT_FOUND: { fault: 'caller', status: 404, title: 'Not found' },
  IDENTITY_EMAIL_IN_USE: { fault: 'caller', status: 409, title: 'E-mail address in use' },
  IDENTITY_NAME_IN_USE: { fault: 'caller', status: 409, title: 'Name in use' },
  IDENTITY_LAST_ADMIN: { fault: 'caller', status: 409, title: 'Last admin' },
  IDENTITY_TOO_MANY_TOKENS: { fault: 'caller', status: 409, title: 'Too many tokens' },
} as const

export const identityError = createErrorFactory(identityErrors)
