import { NexusError } from '@nexus/plugin-api'
import { LOGGED_REFUSALS, LOG_WINDOW_MS } from '../limits.ts'

/** Where the edge writes what people should know of clients; pino fits. */
export interface EdgeLog {
  warn(details: object, message: string): void
}

/** What only somebody careless or hostile makes happen. Ordinary mistakes of clients are their own affair. */
const WORTH_LOGGING: ReadonlySet<string> = new Set(['BODY_TOO_LARGE', 'CLIENT_SLOW', 'SESSION_LIMIT', 'LISTENER_LIMIT'])

/** Lines of one code within a while. */
interface Window {
  readonly endsAt: number
  logged: number
  silent: number
}

/** Logs what was refused or cut off; a flood of one kind becomes a few lines and a count, and hides no other kind. */
export class RefusalLog {
  readonly #log: EdgeLog | undefined
  readonly #windows = new Map<string, Window>()

  constructor(log: EdgeLog | undefined) {
    this.#log = log
  }

  tell(error: unknown, requestId: string, principalId?: string): void {
    if (this.#log === undefined || !(error instanceof NexusError) || !isWorthLogging(error)) return
    const { code, message } = error
    const window = this.#windowOf(code, this.#log)
    if (window.logged >= LOGGED_REFUSALS) {
      window.silent += 1
      return
    }
    window.logged += 1
    this.#log.warn({ code, requestId, principalId }, message)
  }

  #windowOf(code: string, log: EdgeLog): Window {
    const current = this.#windows.get(code)
    if (current !== undefined && Date.now() < current.endsAt) return current
    if (current !== undefined && current.silent > 0) {
      log.warn({ code, count: current.silent }, 'More of these were not logged.')
    }
    const next = { endsAt: Date.now() + LOG_WINDOW_MS, logged: 0, silent: 0 }
    this.#windows.set(code, next)
    return next
  }
}

/** Foreign hosts and pages, missing scopes, tokens shown at the wrong door: whatever room found it, it is 403. */
function isWorthLogging({ code, status }: NexusError): boolean {
  return WORTH_LOGGING.has(code) || status === 403
}
