/* oxlint-disable typescript/no-unsafe-declaration-merging -- Request and Response take in a mixin, as the standard has it */
// The globals of a plugin's sandbox beyond the language, for the compiler: add `"types": ["@nexus/plugin-api/globals"]` to
// the plugin's tsconfig and leave `DOM` out of `lib`. Each is shaped like the web's; what a sandbox leaves out is not
// declared. `SharedArrayBuffer`, `Atomics` and `WebAssembly` exist only where the sandbox profile grants them, `WeakRef`,
// `FinalizationRegistry`, `eval` and `Function` as a constructor never.

/// <reference lib="esnext.disposable" />
/// <reference lib="esnext.temporal" />

/** Writes to the plugin's log: `log` and `info` as info, `trace` as debug. */
declare const console: {
  debug(...values: readonly unknown[]): void
  trace(...values: readonly unknown[]): void
  log(...values: readonly unknown[]): void
  info(...values: readonly unknown[]): void
  warn(...values: readonly unknown[]): void
  error(...values: readonly unknown[]): void
}

/** Calls `handler` once after `delay` milliseconds. At most 64 timers at once, more throw a RangeError. */
declare function setTimeout<Args extends unknown[]>(
  handler: (...args: Args) => void,
  delay?: number,
  ...args: Args
): number
declare function clearTimeout(id?: number): void
/** Calls `handler` every `delay` milliseconds, at least 1, until it is cleared. Counts as one timer. */
declare function setInterval<Args extends unknown[]>(
  handler: (...args: Args) => void,
  delay?: number,
  ...args: Args
): number
declare function clearInterval(id?: number): void
declare function queueMicrotask(callback: () => void): void

/** Time since the sandbox was made, rounded down to the profile's `clockResolutionMs`. */
declare const performance: {
  readonly timeOrigin: number
  now(): number
  toJSON(): { readonly timeOrigin: number }
}

/** A deep copy. Transfer lists are refused with a `DataCloneError`. */
declare function structuredClone<Value>(value: Value): Value
declare function atob(text: string): string
declare function btoa(text: string): string

/** Source: URL Standard. Parsed by the same parser that the host judges addresses with. */
declare class URL {
  constructor(url: string | URL, base?: string | URL)
  static canParse(url: string | URL, base?: string | URL): boolean
  static parse(url: string | URL, base?: string | URL): URL | null
  href: string
  protocol: string
  username: string
  password: string
  host: string
  hostname: string
  port: string
  pathname: string
  search: string
  hash: string
  readonly origin: string
  readonly searchParams: URLSearchParams
  toString(): string
  toJSON(): string
}

declare class URLSearchParams {
  constructor(init?: string | URLSearchParams | Iterable<readonly [string, string]> | Readonly<Record<string, string>>)
  readonly size: number
  append(name: string, value: string): void
  delete(name: string, value?: string): void
  get(name: string): string | null
  getAll(name: string): string[]
  has(name: string, value?: string): boolean
  set(name: string, value: string): void
  sort(): void
  forEach(callback: (value: string, name: string, params: URLSearchParams) => void, receiver?: unknown): void
  entries(): Generator<[string, string]>
  keys(): Generator<string>
  values(): Generator<string>
  [Symbol.iterator](): Generator<[string, string]>
  toString(): string
}

/** UTF-8. */
declare class TextEncoder {
  readonly encoding: string
  encode(input?: string): Uint8Array<ArrayBuffer>
  encodeInto(source: string, destination: Uint8Array): { read: number; written: number }
}

/** UTF-8, UTF-16LE and windows-1252 (which the web calls `latin1`); another label throws a RangeError. */
declare class TextDecoder {
  constructor(label?: string, options?: { readonly fatal?: boolean; readonly ignoreBOM?: boolean })
  readonly encoding: string
  readonly fatal: boolean
  readonly ignoreBOM: boolean
  decode(input?: ArrayBuffer | ArrayBufferView, options?: { readonly stream?: boolean }): string
}

/** The web's error with a name: `AbortError`, `TimeoutError`, `DataCloneError`, `OperationError` and so on. */
declare class DOMException extends Error {
  constructor(message?: string, name?: string | { readonly name?: string; readonly cause?: unknown })
  readonly name: string
  readonly message: string
  readonly code: number
}

declare class Event {
  constructor(type: string, init?: { readonly cancelable?: boolean })
  readonly type: string
  readonly target: EventTarget | null
  readonly currentTarget: EventTarget | null
  readonly cancelable: boolean
  readonly defaultPrevented: boolean
  readonly timeStamp: number
  preventDefault(): void
  stopPropagation(): void
  stopImmediatePropagation(): void
}

type EventCallback = ((event: Event) => unknown) | { handleEvent(event: Event): unknown }

declare class EventTarget {
  addEventListener(
    type: string,
    callback: EventCallback | null,
    options?: { readonly once?: boolean; readonly signal?: AbortSignal } | boolean,
  ): void
  removeEventListener(type: string, callback: EventCallback | null): void
  dispatchEvent(event: Event): boolean
}

declare class AbortSignal extends EventTarget {
  private constructor()
  static abort(reason?: unknown): AbortSignal
  static timeout(ms: number): AbortSignal
  static any(signals: Iterable<AbortSignal>): AbortSignal
  readonly aborted: boolean
  readonly reason: unknown
  onabort: ((event: Event) => unknown) | null
  throwIfAborted(): void
}

declare class AbortController {
  readonly signal: AbortSignal
  abort(reason?: unknown): void
}

type BufferSource = ArrayBuffer | ArrayBufferView

declare class Blob {
  constructor(parts?: Iterable<BufferSource | Blob | string>, options?: { readonly type?: string })
  readonly size: number
  readonly type: string
  text(): Promise<string>
  arrayBuffer(): Promise<ArrayBuffer>
  bytes(): Promise<Uint8Array<ArrayBuffer>>
  slice(start?: number, end?: number, type?: string): Blob
}

type HeadersInit = Headers | Iterable<readonly [string, string]> | Readonly<Record<string, string>>

declare class Headers {
  constructor(init?: HeadersInit)
  append(name: string, value: string): void
  set(name: string, value: string): void
  delete(name: string): void
  get(name: string): string | null
  has(name: string): boolean
  getSetCookie(): string[]
  forEach(callback: (value: string, name: string, headers: Headers) => void, receiver?: unknown): void
  entries(): Generator<[string, string]>
  keys(): Generator<string>
  values(): Generator<string>
  [Symbol.iterator](): Generator<[string, string]>
}

type BodyInit = string | BufferSource | Blob | URLSearchParams

/** A body that is read once. There are no streams, so `body` is always `null`. */
interface Body {
  readonly body: null
  readonly bodyUsed: boolean
  text(): Promise<string>
  json(): Promise<unknown>
  bytes(): Promise<Uint8Array<ArrayBuffer>>
  arrayBuffer(): Promise<ArrayBuffer>
  blob(): Promise<Blob>
}

interface RequestInit {
  readonly method?: string
  readonly headers?: HeadersInit
  readonly body?: BodyInit | null
  readonly signal?: AbortSignal | null
  /** Redirects are always followed, to granted hosts only. */
  readonly redirect?: 'follow'
  /** Of Nexus: headers whose value holds a secret that the broker fills in. See `NetworkRequest.secretHeaders`. */
  readonly secretHeaders?: Readonly<Record<string, { readonly secret: string; readonly format?: string }>>
}

declare class Request {
  constructor(input: string | URL | Request, init?: RequestInit)
  readonly url: string
  readonly method: string
  readonly headers: Headers
  readonly signal: AbortSignal | undefined
  readonly redirect: string
  clone(): Request
}
interface Request extends Body {}

interface ResponseInit {
  readonly status?: number
  readonly statusText?: string
  readonly headers?: HeadersInit
}

declare class Response {
  constructor(body?: BodyInit | null, init?: ResponseInit)
  static json(value: unknown, init?: ResponseInit): Response
  static error(): Response
  static redirect(url: string | URL, status?: number): Response
  readonly status: number
  readonly ok: boolean
  readonly statusText: string
  readonly headers: Headers
  readonly url: string
  readonly redirected: boolean
  readonly type: string
  clone(): Response
}
interface Response extends Body {}

/**
 * HTTP to granted hosts, as `context.network.fetch`, in the standard's shape. Fails with a TypeError whose `code` is that
 * of the broker (`NETWORK_DENIED`, `NETWORK_TIMEOUT`, …), or with the signal's reason. At most 60 seconds.
 */
declare function fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>

declare class CryptoKey {
  private constructor()
  readonly type: 'secret' | 'private' | 'public'
  readonly extractable: boolean
  readonly algorithm: { readonly name: string }
  readonly usages: string[]
}

interface CryptoKeyPair {
  readonly publicKey: CryptoKey
  readonly privateKey: CryptoKey
}

/** The parameters of an algorithm; which belong to which is in the Web Cryptography API. */
interface CryptoAlgorithm {
  readonly name: string
  readonly hash?: string | { readonly name: string }
  readonly namedCurve?: string
  readonly length?: number
  /** 2048 to 3072 bits to generate, up to 4096 to use. */
  readonly modulusLength?: number
  readonly publicExponent?: Uint8Array
  readonly iv?: BufferSource
  readonly additionalData?: BufferSource
  readonly tagLength?: number
  readonly saltLength?: number
  readonly label?: BufferSource
  readonly salt?: BufferSource
  readonly info?: BufferSource
  /** At most a million, in all blocks of PBKDF2 together. */
  readonly iterations?: number
}

/**
 * HMAC, AES-GCM, AES-CBC, RSA-OAEP, RSASSA-PKCS1-v1_5, RSA-PSS, ECDSA, Ed25519, HKDF, PBKDF2 and SHA-1 to SHA-512, done by
 * the host on at most 1 MiB of data. Its time counts against `cpuMsPerMinute`. Keys are data of the sandbox. Fails with
 * the standard's DOMExceptions; beyond a limit with `QuotaExceededError`.
 */
interface SubtleCrypto {
  digest(algorithm: string | CryptoAlgorithm, data: BufferSource): Promise<ArrayBuffer>
  sign(algorithm: string | CryptoAlgorithm, key: CryptoKey, data: BufferSource): Promise<ArrayBuffer>
  verify(
    algorithm: string | CryptoAlgorithm,
    key: CryptoKey,
    signature: BufferSource,
    data: BufferSource,
  ): Promise<boolean>
  encrypt(algorithm: CryptoAlgorithm, key: CryptoKey, data: BufferSource): Promise<ArrayBuffer>
  decrypt(algorithm: CryptoAlgorithm, key: CryptoKey, data: BufferSource): Promise<ArrayBuffer>
  deriveBits(algorithm: CryptoAlgorithm, key: CryptoKey, bits: number): Promise<ArrayBuffer>
  deriveKey(
    algorithm: CryptoAlgorithm,
    key: CryptoKey,
    derived: CryptoAlgorithm,
    extractable: boolean,
    usages: readonly string[],
  ): Promise<CryptoKey>
  generateKey(
    algorithm: string | CryptoAlgorithm,
    extractable: boolean,
    usages: readonly string[],
  ): Promise<CryptoKey | CryptoKeyPair>
  importKey(
    format: 'raw' | 'pkcs8' | 'spki' | 'jwk',
    data: BufferSource | Readonly<Record<string, unknown>>,
    algorithm: string | CryptoAlgorithm,
    extractable: boolean,
    usages: readonly string[],
  ): Promise<CryptoKey>
  exportKey(format: 'jwk', key: CryptoKey): Promise<Record<string, unknown>>
  exportKey(format: 'raw' | 'pkcs8' | 'spki', key: CryptoKey): Promise<ArrayBuffer>
}

declare const crypto: {
  getRandomValues<View extends ArrayBufferView>(view: View): View
  randomUUID(): string
  readonly subtle: SubtleCrypto
}
