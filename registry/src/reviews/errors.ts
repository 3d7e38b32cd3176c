import { createErrorFactory } from '@nexus/plugin-api'

const caller = (status: number, title: string) => ({ fault: 'caller', status, title }) as const

export const reviewErrors = {
  HOST_UNKNOWN: caller(401, 'Host is not known'),
  HOST_BLOCKED: caller(403, 'Host is blocked'),
  HOST_REGISTRATION_CLOSED: caller(403, 'Registration of hosts is closed'),
  HOST_TOO_OFTEN: caller(429, 'Too many statements'),
  STATEMENT_INVALID: caller(422, 'Statement cannot be read'),
  STATEMENT_SIGNATURE: caller(401, 'Signature of the statement is wrong'),
  STATEMENT_REGISTRY: caller(403, 'Statement is for another registry'),
  STATEMENT_TIME: caller(403, 'Statement is too old or of the future'),
  STATEMENT_OUTDATED: caller(409, 'A newer statement exists'),
  STATEMENT_INSTALLATION: caller(403, 'Installation does not match'),
  REVIEW_NOT_FOUND: caller(404, 'No such review'),
  REVIEW_HIDDEN: caller(409, 'Review is hidden'),
  REVIEW_NOT_HIDDEN: caller(409, 'Review is not hidden'),
  REVIEW_OWN: caller(403, 'Own review'),
  APPEAL_EXISTS: caller(409, 'Appealed already'),
  REPORT_EXISTS: caller(409, 'Reported already'),
  REPORT_NOT_FOUND: caller(404, 'No open report'),
} as const

export const reviewError = createErrorFactory(reviewErrors)
