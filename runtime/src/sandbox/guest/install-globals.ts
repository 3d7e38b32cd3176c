import { GuestAbortSignal, abortError } from './globals/abort.ts'
import { atob, btoa } from './globals/base64.ts'
import { createCrypto } from './globals/crypto.ts'
import { structuredClone } from './globals/structured-clone.ts'
import { GuestTextDecoder, GuestTextEncoder } from './globals/text-encoding.ts'
import type { Timers } from './globals/timers.ts'
import { GuestURLSearchParams } from './globals/url-search-params.ts'
import { createUrlClass } from './globals/url.ts'
import type { SignalMakers } from './calls.ts'
import { codedError } from './guest-error.ts'
import { type WriteLog, createConsole } from './logger.ts'
import { HostPromise, defineProperty, freeze, whenSettled } from './primordials.ts'
import type { Post } from './wire.ts'

/** Gives plugin code the globals that bundled code expects of a web-like runtime. */
export function installGlobals(post: Post, timers: Timers, signals: SignalMakers, write: WriteLog): void {
  const report = (error: unknown): void =>
    write('error', error instanceof Error ? (error.stack ?? error.message) : 'An error was thrown in a callback.')
  const globals: Record<string, unknown> = {
    console: createConsole(write),
    setTimeout: timers.setTimeout,
    clearTimeout: timers.clearTimeout,
    queueMicrotask(callback: () => void) {
      if (typeof callback !== 'function') throw new TypeError('Expected a function.')
      const run = async (): Promise<void> => {
        await HostPromise.resolve()
        callback()
      }
      whenSettled(run(), () => undefined, report)
    },
    URL: createUrlClass(post),
    URLSearchParams: GuestURLSearchParams,
    TextEncoder: GuestTextEncoder,
    TextDecoder: GuestTextDecoder,
    structuredClone,
    atob,
    btoa,
    crypto: createCrypto(post),
    AbortSignal: GuestAbortSignal,
    AbortController: createController(signals, timers, report),
  }
  for (const name of Object.keys(globals)) {
    const value = globals[name]
    rename(value, name)
    defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false })
  }
}

function rename(value: unknown, name: string): void {
  if (typeof value !== 'function') return
  defineProperty(value, 'name', { value: name })
  if (/^[A-Z]/.test(name)) defineProperty(value.prototype, Symbol.toStringTag, { value: name })
}

function createController(signals: SignalMakers, timers: Timers, report: (error: unknown) => void): unknown {
  class AbortController {
    #signal = signals.make()

    get signal(): GuestAbortSignal {
      return this.#signal
    }

    abort(reason: unknown = abortError()): void {
      signals.trigger(this.#signal, reason, report)
    }
  }
  const statics = {
    abort(reason: unknown = abortError()): GuestAbortSignal {
      const signal = signals.make()
      signals.trigger(signal, reason, report)
      return signal
    },
    timeout(ms: number): GuestAbortSignal {
      const signal = signals.make()
      timers.setTimeout(() => {
        const error = codedError('TIMEOUT_ERR', 'The operation timed out.')
        defineProperty(error, 'name', { value: 'TimeoutError' })
        signals.trigger(signal, error, report)
      }, ms)
      return signal
    },
    any(sources: Iterable<GuestAbortSignal>): GuestAbortSignal {
      const signal = signals.make()
      for (const source of sources) {
        const follow = (): void => signals.trigger(signal, source.reason, report)
        if (source.aborted) follow()
        else source.addEventListener('abort', follow, { once: true })
      }
      return signal
    },
  }
  for (const [name, value] of Object.entries(statics)) defineProperty(GuestAbortSignal, name, { value: freeze(value) })
  return AbortController
}
