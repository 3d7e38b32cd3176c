import { createErrorFactory } from '@nexus/plugin-api'

export const auditErrors = {
  AUDIT_UNAVAILABLE: { fault: 'host', status: 503, title: 'The audit trail cannot be written' },
  AUDIT_CLOSED: { fault: 'host', status: 503, title: 'The audit trail is closed' },
} as const

export const auditError = createErrorFactory(auditErrors)
