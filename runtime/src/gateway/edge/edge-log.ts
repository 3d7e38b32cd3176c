import { NexusError } from '@nexus/plugin-api'
import { LOGGED_REFUSALS, LOG_WINDOW_MS } from '../limits.ts'

/** Where the edge writes what people should know of clients; pino fits. */
export interface EdgeLog {
  warn(details: object, message: string): void
}

/** What only somebody careless or hostile makes happen. Ordinary mistakes of clients are their own affair. */
const WORTH_LOGGING: ReadonlySet<string> = new Set([
  'HOST_REFUSED',
  'ORIGIN_REFUSED',
  'PERMISSION_MISSING',
  'BODY_TOO_LARGE',
  'CLIENT_SLOW',
  'SESSION_LIMIT',
  'LISTENER_LIMIT',
])

/** Logs what was refused or cut off; a flood of it becomes a few lines and a count. */
export class RefusalLog {
  readonly #log: EdgeLog | undefined
  #windowEnds = 0
  #logged = 0
  #silent = 0

  constructor(log: EdgeLog | undefined) {
    this.#log = log
  }

  tell(error: unknown, requestId: string, principalId?: string): void {
    if (this.#log === undefined || !(error instanceof NexusError) || !isWorthLogging(error)) return
    if (Date.now() >= this.#windowEnds) this.#openWindow(this.#log)
    if (this.#logged >= LOGGED_REFUSALS) {
      this.#silent += 1
      return
    }
    this.#logged += 1
    this.#log.warn({ code: error.code, requestId, principalId }, error.message)
  }

  #openWindow(log: EdgeLog): void {
    if (this.#silent > 0)
      log.warn({ code: 'REFUSALS_NOT_LOGGED', count: this.#silent }, 'More refusals were not logged.')
    this.#windowEnds = Date.now() + LOG_WINDOW_MS
    this.#logged = 0
    this.#silent = 0
  }
}

/** Tokens that were shown at the wrong door count too, whatever the room that found it calls it. */
function isWorthLogging({ code, status }: NexusError): boolean {
  return WORTH_LOGGING.has(code) || status === 403
}
