import type { AuditOutcome, AuditTrail } from '../audit/audit.ts'
import type { Store } from '../store/store.ts'
import type { AttemptLimiter } from './attempt-limiter.ts'
import type { CheckedToken } from './identity.ts'
import type { Serial } from './serial.ts'
import type { TokenCache } from './token-cache.ts'

/** What the verbs of this room share. */
export interface IdentityContext {
  readonly store: Store
  readonly audit: Pick<AuditTrail, 'record'>
  readonly now: () => Date
  readonly tokens: TokenCache<CheckedToken>
  readonly accountAttempts: AttemptLimiter
  readonly addressAttempts: AttemptLimiter
  /** Lets one refusal per key and minute through to the audit trail, so that strangers cannot fill it. */
  readonly refusals: AttemptLimiter
  /** Changes of users and roles, one after another. */
  readonly inTurn: Serial
}

/** An event of this room. */
export interface IdentityEvent {
  readonly workspaceId?: string | undefined
  readonly actor: string
  readonly action: string
  readonly target: string
  readonly outcome?: AuditOutcome
  readonly requestId: string
  readonly details?: Readonly<Record<string, string | number | boolean>>
}

export function record(context: IdentityContext, event: IdentityEvent): void {
  context.audit.record({ outcome: 'ok', ...event, workspaceId: event.workspaceId })
}
