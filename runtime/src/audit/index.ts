export type { AuditEvent, AuditOutcome, AuditQuery, AuditRecord, AuditTrail } from './audit.ts'
export type { AuditLogger } from './batch-writer.ts'
export { auditErrors } from './errors.ts'
export { type AuditTrailOptions, type OpenAuditTrail, openAuditTrail } from './open-audit-trail.ts'
