import { setTimeout as sleep } from 'node:timers/promises'
import type { Store } from '../store/store.ts'
import { auditError } from './errors.ts'
import {
  BATCH_EVENTS,
  BATCH_MS,
  BUFFER_EVENTS,
  CLOSE_MS,
  RESERVED_EVENTS,
  RETRY_FIRST_MS,
  RETRY_MAX_MS,
} from './limits.ts'
import type { TimedEvent } from './tidy-event.ts'

/** Where the trail reports trouble. A pino logger fits. */
export interface AuditLogger {
  warn(fields: Readonly<Record<string, unknown>>, message: string): void
}

/** Writes events in order and in batches. An event leaves the buffer only when the store has it. */
export class BatchWriter {
  readonly #append: Store['audit']['append']
  readonly #logger: AuditLogger
  readonly #buffer: TimedEvent[] = []
  #pushed = 0
  #written = 0
  #healthy = true
  #closed = false
  #retryMs = RETRY_FIRST_MS
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<boolean> | undefined

  constructor(append: Store['audit']['append'], logger: AuditLogger) {
    this.#append = append
    this.#logger = logger
  }

  get healthy(): boolean {
    return this.#healthy
  }

  /** False when only the room for calls in flight is left. */
  get accepting(): boolean {
    return !this.#closed && this.#buffer.length < BUFFER_EVENTS - RESERVED_EVENTS
  }

  get waiting(): number {
    return this.#buffer.length
  }

  push(event: TimedEvent): void {
    if (this.#closed) throw auditError('AUDIT_CLOSED', 'Expected an open audit trail, found one that is closed.')
    if (this.#buffer.length >= BUFFER_EVENTS) {
      throw auditError(
        'AUDIT_UNAVAILABLE',
        `Expected room for an audit event, found ${BUFFER_EVENTS} that wait for the store. Look at the database; nothing was lost.`,
      )
    }
    this.#buffer.push(event)
    this.#pushed += 1
    this.#schedule(BATCH_MS)
    if (this.#healthy && this.#buffer.length >= BATCH_EVENTS) void this.#drain()
  }

  /** Resolves when everything pushed so far is written; fails when the store refuses. */
  async flush(): Promise<void> {
    const goal = this.#pushed
    while (this.#written < goal) {
      if (await this.#drain()) continue
      throw auditError(
        'AUDIT_UNAVAILABLE',
        'Expected to write the audit trail, found that the store refuses. Look at the database; nothing was lost.',
      )
    }
  }

  /** Writes what waits, if the store takes it, so that a reader finds what was recorded before it asked. */
  async settle(): Promise<void> {
    if (this.#buffer.length > 0) await this.#drain()
  }

  /** Takes no more events and tries for a while to write the rest. What cannot be written goes to the log. */
  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    const givenUp = new AbortController()
    const rest = async () => {
      while (this.#buffer.length > 0 && !givenUp.signal.aborted) {
        if (!(await this.#drain())) await sleep(RETRY_FIRST_MS)
      }
    }
    await Promise.race([rest(), sleep(CLOSE_MS, undefined, { ref: false })])
    givenUp.abort()
    const lost = this.#buffer.length
    if (lost === 0) return
    for (const event of this.#buffer) this.#logger.warn({ event }, 'This audit event could not be written.')
    throw auditError(
      'AUDIT_UNAVAILABLE',
      `Expected to write the rest of the audit trail, found that the store refuses. ${lost} events are in the log.`,
    )
  }

  #schedule(ms: number): void {
    if (this.#closed) return
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      void this.#drain()
    }, ms)
  }

  /** Writes what is there; one at a time. False when the store refused: then it tries again later by itself. */
  #drain(): Promise<boolean> {
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined
    })
    return this.#writing
  }

  async #writeAll(): Promise<boolean> {
    while (this.#buffer.length > 0) {
      const batch = this.#buffer.slice(0, BATCH_EVENTS)
      try {
        await this.#append(batch)
      } catch (error) {
        this.#healthy = false
        const reason = error instanceof Error ? error.message : 'unknown'
        this.#logger.warn({ waiting: this.#buffer.length, reason }, 'The audit trail could not be written.')
        this.#schedule(this.#retryMs)
        this.#retryMs = Math.min(this.#retryMs * 2, RETRY_MAX_MS)
        return false
      }
      this.#buffer.splice(0, batch.length)
      this.#written += batch.length
      this.#healthy = true
      this.#retryMs = RETRY_FIRST_MS
    }
    return true
  }
}
