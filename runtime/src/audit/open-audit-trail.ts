import type { Store } from '../store/store.ts'
import type { AuditTrail } from './audit.ts'
import { type AuditLogger, BatchWriter } from './batch-writer.ts'
import { tidyEvent } from './tidy-event.ts'

export interface AuditTrailOptions {
  readonly store: Pick<Store, 'audit'>
  readonly logger: AuditLogger
  /** What time it is; default the clock of the machine. */
  readonly clock?: () => Date
}

/** The trail and how it does. */
export interface OpenAuditTrail extends AuditTrail {
  /** False while the last write failed. */
  readonly healthy: boolean
  /** False when the trail is nearly full or closed: nothing that must be audited may begin. */
  readonly accepting: boolean
  /** Events recorded and not yet durable. */
  readonly waiting: number
}

/**
 * Opens the trail. It fails closed: while the store refuses, events wait in memory up to a bound; then `record` throws
 * `AUDIT_UNAVAILABLE`, and what would have been audited does not happen.
 */
export function openAuditTrail({ store, logger, clock = () => new Date() }: AuditTrailOptions): OpenAuditTrail {
  const writer = new BatchWriter((events) => store.audit.append(events), logger)
  return {
    get healthy() {
      return writer.healthy
    },
    get accepting() {
      return writer.accepting
    },
    get waiting() {
      return writer.waiting
    },
    record: (event) => writer.push(tidyEvent(event, clock())),
    flush: () => writer.flush(),
    async find(query) {
      await writer.settle()
      return store.audit.find(query)
    },
    [Symbol.asyncDispose]: () => writer.close(),
  }
}
