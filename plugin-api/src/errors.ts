/** Whose mistake an error is: the caller's request, the plugin's code, or the host itself. */
export type Fault = 'caller' | 'plugin' | 'host'

/** One row of a room's error table. */
export interface ErrorDefinition {
  /** Whose mistake it is. */
  readonly fault: Fault
  /** HTTP status of the problem document (RFC 9457) that an API answers with. */
  readonly status: number
  /** Short title of the problem, the same for every occurrence. */
  readonly title: string
}

/** A room's error table: error code to its definition. */
export type ErrorTable = Readonly<Record<string, ErrorDefinition>>

/** What an error may carry besides its code. Everything in `details` is shown to the caller. */
export interface NexusErrorOptions {
  readonly fault?: Fault
  readonly status?: number
  readonly title?: string
  readonly details?: Readonly<Record<string, unknown>>
  readonly cause?: unknown
}

/**
 * The one error of Nexus. Check `code`, never `instanceof`: an error that crossed a sandbox or a process is another
 * object with the same code.
 */
export class NexusError extends Error {
  override readonly name = 'NexusError'
  /** Stable upper-case code, for example `SANDBOX_TIMEOUT`. */
  readonly code: string
  readonly fault: Fault
  /** HTTP status that fits the code, 400 to 599. */
  readonly status: number
  readonly title: string
  /** JSON-able facts: what was expected, what was found, which limit. Never a secret. */
  readonly details: Readonly<Record<string, unknown>>

  constructor(code: string, message: string, options: NexusErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.fault = options.fault ?? 'host'
    this.status = options.status ?? 500
    this.title = options.title ?? code
    this.details = options.details ?? {}
  }
}

/**
 * Makes the error constructor of one room from its table, so that a code, its fault and its status are written once.
 *
 * @example
 * const errors = { STORAGE_QUOTA: { fault: 'plugin', status: 413, title: 'Storage quota exceeded' } } as const
 * const storageError = createErrorFactory(errors)
 * throw storageError('STORAGE_QUOTA', 'Expected at most 10 MiB, found 11 MiB.')
 */
export function createErrorFactory<Table extends ErrorTable>(table: Table) {
  return (
    code: keyof Table & string,
    message: string,
    options: { readonly details?: Readonly<Record<string, unknown>>; readonly cause?: unknown } = {},
  ): NexusError => new NexusError(code, message, { ...table[code], ...options })
}

/** The code of anything thrown, or `undefined` when it carries none. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}
