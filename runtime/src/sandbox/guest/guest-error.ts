import {
  HostError,
  HostTypeError,
  apply,
  defineProperty,
  get,
  hasOwn,
  parseJson,
  toJson,
  toText,
} from './primordials.ts'

const MESSAGE_CHARACTERS = 1000
const STACK_CHARACTERS = 4000
const slice = String.prototype.slice

/** An error with a code, as the host's errors look inside the sandbox. */
export function codedError(code: string, message: string): Error {
  const error = new HostError(message)
  defineProperty(error, 'name', { value: 'NexusError', writable: true, configurable: true })
  defineProperty(error, 'code', { value: code, enumerable: true, writable: true, configurable: true })
  return error
}

/** The error behind a failed capability call: `{"code":…,"message":…}` of the host. */
export function fromHost(text: string): Error {
  const failure: unknown = parseJson(text)
  const code = own(failure, 'code')
  const message = own(failure, 'message')
  const error = codedError(
    typeof code === 'string' ? code : 'CAPABILITY_FAILED',
    typeof message === 'string' ? message : 'The capability failed.',
  )
  const details = own(failure, 'details')
  if (details !== undefined) defineProperty(error, 'details', { value: details, enumerable: true, writable: true })
  return error
}

export function cut(text: string, characters: number): string {
  return text.length <= characters ? text : apply(slice, text, [0, characters])
}

/**
 * Anything thrown, as text. Runs inside a timed entry, because `message` may be a getter that loops, and trusts
 * nothing: it may throw itself, in which case the plugin failed without a message.
 */
export function describe(thrown: unknown): string {
  try {
    if (typeof thrown !== 'object' || thrown === null)
      return toJson({ message: cut(toText(thrown), MESSAGE_CHARACTERS) })
    const { message, stack, code } = thrown as { message?: unknown; stack?: unknown; code?: unknown }
    return toJson({
      message: cut(
        typeof message === 'string' ? message : 'The plugin threw something that is not an Error.',
        MESSAGE_CHARACTERS,
      ),
      stack: typeof stack === 'string' ? cut(stack, STACK_CHARACTERS) : undefined,
      code: typeof code === 'string' ? cut(code, 64) : undefined,
    })
  } catch {
    // The thrown thing fights being looked at; that is all there is to say about it.
    return '{"message":"The plugin threw something that cannot be read."}'
  }
}

/** Refuses what is not text, so that no object with a `toString` of its own reaches the bridge. */
export function expectText(value: unknown, what: string): string {
  if (typeof value !== 'string') throw new HostTypeError(`Expected ${what} to be a string, found ${typeof value}.`)
  return value
}

/** Own properties only: a polluted prototype adds nothing. */
export function own(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && hasOwn(value, name) ? get(value, name) : undefined
}
