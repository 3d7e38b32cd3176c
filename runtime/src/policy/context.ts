import type { OpenAuditTrail } from '../audit/open-audit-trail.ts'
import type { Packs } from './packs.ts'
import type { RuleSource } from './rule-source.ts'

/** What deciding stands on. */
export interface PolicyContext {
  readonly rules: Pick<RuleSource, 'table' | 'restored'>
  readonly packs: Packs
  readonly audit: Pick<OpenAuditTrail, 'record' | 'accepting'>
}
