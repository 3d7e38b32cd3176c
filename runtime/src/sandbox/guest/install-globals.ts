import { GuestAbortController, GuestAbortSignal, createSignalStatics } from './globals/abort.ts'
import { atob, btoa } from './globals/base64.ts'
import { GuestBlob } from './globals/blob.ts'
import { createRandom } from './globals/crypto.ts'
import { GuestCryptoKey } from './globals/crypto-key.ts'
import { GuestDOMException } from './globals/dom-exception.ts'
import { GuestEvent, GuestEventTarget, reportListenerErrors } from './globals/event-target.ts'
import { type Ask, createFetch } from './globals/fetch.ts'
import { GuestHeaders } from './globals/headers.ts'
import { createPerformance } from './globals/performance.ts'
import { GuestRequest, parseUrlsWith } from './globals/request.ts'
import { GuestResponse } from './globals/response.ts'
import { structuredClone } from './globals/structured-clone.ts'
import { createSubtle } from './globals/subtle.ts'
import { GuestTextDecoder, GuestTextEncoder } from './globals/text-encoding.ts'
import type { Timers } from './globals/timers.ts'
import { GuestURLSearchParams } from './globals/url-search-params.ts'
import { createUrlClass } from './globals/url.ts'
import { codedError, describe } from './guest-error.ts'
import { type WriteLog, createConsole } from './logger.ts'
import { HostPromise, HostTypeError, defineProperty, freeze, keys, whenSettled } from './primordials.ts'
import type { Post } from './wire.ts'

/** What the globals stand on. */
export interface GlobalParts {
  readonly post: Post
  readonly timers: Timers
  readonly write: WriteLog
  readonly now: () => number
}

/**
 * Gives plugin code the globals that bundled code expects of a web-like runtime. Returns what connects those of them
 * that ask the host; until then, while the plugin's module is evaluated, they refuse.
 */
export function installGlobals({ post, timers, write, now }: GlobalParts): (ask: Ask) => void {
  const report = (error: unknown): void => write('error', describe(error))
  reportListenerErrors(report)
  let connected: Ask | undefined
  const ask: Ask = async (capability, args) => {
    if (connected === undefined)
      throw codedError(
        'CAPABILITY_EARLY',
        `Expected ${capability} in \`activate\` or later, found it in the module itself.`,
      )
    return connected(capability, args)
  }
  const classes = createClasses(post, timers)
  const functions: Readonly<Record<string, unknown>> = {
    setTimeout: timers.setTimeout,
    clearTimeout: timers.clearTimeout,
    setInterval: timers.setInterval,
    clearInterval: timers.clearInterval,
    queueMicrotask: createQueueMicrotask(report),
    structuredClone,
    atob,
    btoa,
    fetch: createFetch(ask),
  }
  const objects: Readonly<Record<string, unknown>> = {
    console: createConsole(write),
    crypto: freeze({ ...createRandom(post), subtle: createSubtle(ask) }),
    performance: createPerformance(now),
  }
  for (const group of [classes, functions]) for (const name of keys(group)) rename(group[name], name)
  for (const group of [classes, functions, objects]) for (const name of keys(group)) install(name, group[name])
  return (host) => {
    connected = host
  }
}

function createClasses(post: Post, timers: Timers): Readonly<Record<string, unknown>> {
  const URL = createUrlClass(post)
  parseUrlsWith((url) => new URL(url).href)
  const statics = createSignalStatics(timers)
  for (const name of keys(statics)) defineProperty(GuestAbortSignal, name, { value: statics[name] })
  return {
    URL,
    URLSearchParams: GuestURLSearchParams,
    TextEncoder: GuestTextEncoder,
    TextDecoder: GuestTextDecoder,
    AbortSignal: GuestAbortSignal,
    AbortController: GuestAbortController,
    Event: GuestEvent,
    EventTarget: GuestEventTarget,
    DOMException: GuestDOMException,
    Blob: GuestBlob,
    Headers: GuestHeaders,
    Request: GuestRequest,
    Response: GuestResponse,
    CryptoKey: GuestCryptoKey,
  }
}

function createQueueMicrotask(report: (error: unknown) => void): (callback: () => void) => void {
  return (callback) => {
    if (typeof callback !== 'function') throw new HostTypeError('Expected a function.')
    const run = async (): Promise<void> => {
      await HostPromise.resolve()
      callback()
    }
    whenSettled(run(), () => undefined, report)
  }
}

function install(name: string, value: unknown): void {
  defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false })
}

function rename(value: unknown, name: string): void {
  if (typeof value !== 'function') return
  defineProperty(value, 'name', { value: name })
  if (value.prototype !== undefined) defineProperty(value.prototype, Symbol.toStringTag, { value: name })
}
