import { createErrorFactory } from '@nexus/plugin-api'

const caller = (status: number, title: string) => ({ fault: 'caller', status, title }) as const

/** What can be refused to people: who they are, what they may, how often they may try. */
export const accountErrors = {
  ACCOUNT_EXISTS: caller(409, 'Account exists'),
  ACCOUNT_NOT_FOUND: caller(404, 'No such account'),
  ACCOUNT_NAME_INVALID: caller(422, 'Account name not allowed'),
  PASSWORD_REFUSED: caller(422, 'Password not allowed'),
  CREDENTIALS_WRONG: caller(401, 'Name or password is wrong'),
  SIGN_UP_CLOSED: caller(403, 'Sign-up is closed'),
  INVITE_INVALID: caller(403, 'Invite not valid'),
  SIGN_IN_TOO_OFTEN: caller(429, 'Too many attempts'),
  SECOND_FACTOR_REQUIRED: caller(401, 'Second factor required'),
  SECOND_FACTOR_WRONG: caller(401, 'Second factor wrong'),
  SECOND_FACTOR_EXISTS: caller(409, 'Second factor exists'),
  SECOND_FACTOR_MISSING: caller(409, 'No second factor'),
  WEB_LOGIN_GONE: caller(404, 'No such sign-in'),
  WEB_LOGIN_DENIED: caller(403, 'Sign-in refused'),
  MEMBER_NOT_FOUND: caller(404, 'No such member'),
  LAST_OWNER: caller(409, 'Last owner'),
  TOKEN_ADDRESS: caller(403, 'Token not valid from this address'),
  TOKEN_LIMIT: caller(409, 'Too many tokens'),
  TOKEN_WIDER: caller(403, 'Token may not be wider'),
} as const

export const accountError = createErrorFactory(accountErrors)
