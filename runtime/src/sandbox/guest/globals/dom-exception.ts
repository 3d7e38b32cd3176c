import { HostError, create, freeze, hasOwn, toText } from '../primordials.ts'

/** Names and their numbers from before names existed. Source: Web IDL, 2.8.1. */
const legacyCodes: Readonly<Record<string, number>> = freeze({
  IndexSizeError: 1,
  HierarchyRequestError: 3,
  WrongDocumentError: 4,
  InvalidCharacterError: 5,
  NoModificationAllowedError: 7,
  NotFoundError: 8,
  NotSupportedError: 9,
  InUseAttributeError: 10,
  InvalidStateError: 11,
  SyntaxError: 12,
  InvalidModificationError: 13,
  NamespaceError: 14,
  InvalidAccessError: 15,
  TypeMismatchError: 17,
  SecurityError: 18,
  NetworkError: 19,
  AbortError: 20,
  URLMismatchError: 21,
  QuotaExceededError: 22,
  TimeoutError: 23,
  InvalidNodeTypeError: 24,
  DataCloneError: 25,
})

/** The web's error with a name; without the constants for its old numbers. Source: Web IDL, 2.8. */
export class GuestDOMException extends HostError {
  readonly #name: string
  readonly #message: string

  constructor(message: unknown = '', nameOrOptions: unknown = 'Error') {
    const options = typeof nameOrOptions === 'object' && nameOrOptions !== null ? nameOrOptions : create(null)
    super(toText(message), 'cause' in options ? { cause: options.cause } : undefined)
    const name: unknown = 'name' in options ? options.name : options === nameOrOptions ? 'Error' : nameOrOptions
    this.#name = toText(name)
    this.#message = toText(message)
    // The class answers them, as the standard says; an own message would hide that.
    Reflect.deleteProperty(this, 'message')
  }

  override get name(): string {
    return this.#name
  }

  override get message(): string {
    return this.#message
  }

  get code(): number {
    return hasOwn(legacyCodes, this.#name) ? (legacyCodes[this.#name] ?? 0) : 0
  }
}
