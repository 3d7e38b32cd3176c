import { createBridge } from './bridge.ts'
import { type Calls, createCalls } from './calls.ts'
import { createContext } from './context/create-context.ts'
import { codedError, describe, own } from './guest-error.ts'
import { coarsenDate } from './globals/date.ts'
import { takeSignalMakers } from './globals/abort.ts'
import { type Timers, createTimers } from './globals/timers.ts'
import { type Handlers, createHandlers } from './handlers.ts'
import { removeDangers, sealBuiltIns } from './harden.ts'
import { installGlobals } from './install-globals.ts'
import { createLogger, createWriteLog } from './logger.ts'
import { HostPromise, parseJson, whenSettled, toJson } from './primordials.ts'
import { type Boot, type Post, entries, posts } from './wire.ts'

// The entry of the prelude: one isolate runs it once, before the plugin's module is evaluated. Nothing in here is a
// boundary. A plugin that took all of it apart could do no more than post frames in its own name, which the host judges.

type Enter = (kind: number, id: number, head: string, text: string) => void

let enterGuest: Enter | undefined
let definition: unknown

/** Prepares the globals and the bridge. Called once by the cell. */
export function boot(post: Post, bootText: string): void {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by the host from the verified manifest
  const told = parseJson(bootText) as Boot
  removeDangers()
  const now = coarsenDate(told.clockResolutionMs)
  const write = createWriteLog(post)
  const bridge = createBridge(post)
  const signals = takeSignalMakers()
  const timers = createTimers(post)
  const handlers = createHandlers(told)
  installGlobals(post, timers, signals, write)
  sealBuiltIns()
  const stopped = signals.make()
  const report = (error: unknown): void => write('error', describe(error))
  const during = createDuring(report)
  const context = createContext({
    boot: told,
    bridge,
    handlers,
    log: createLogger(write),
    now,
    timers,
    signal: stopped,
    during: during.add,
  })
  const calls = createCalls(bridge, handlers, signals, told.payloadBytes)
  const stop = (): void => {
    signals.trigger(stopped, codedError('CALL_CANCELLED', 'The plugin is being stopped.'), report)
    handlers.disposeAll(report)
  }
  enterGuest = createEnter({
    calls,
    timers,
    settle: bridge.settle,
    start: () => start(post, context, handlers, during.wait),
    stop,
    report,
  })
}

/** Takes the plugin's default export. Called once by the cell, after the plugin's module was evaluated. */
export function adopt(value: unknown): void {
  definition = value
}

/** The one way in. */
export function enter(kind: number, id: number, head: string, text: string): void {
  enterGuest?.(kind, id, head, text)
}

interface Entered {
  readonly calls: Calls
  readonly timers: Timers
  readonly settle: (id: number, failed: boolean, text: string) => void
  readonly start: () => void
  readonly stop: () => void
  readonly report: (error: unknown) => void
}

function createEnter(guest: Entered): Enter {
  return (kind, id, head, text) => {
    if (kind === entries.call) guest.calls.begin(id, head, text)
    else if (kind === entries.capabilityAnswered) guest.settle(id, false, text)
    else if (kind === entries.capabilityFailed) guest.settle(id, true, text)
    else if (kind === entries.cancel) guest.calls.cancel(id, guest.report)
    else if (kind === entries.start) guest.start()
    else if (kind === entries.stop) guest.stop()
    else if (kind === entries.timer) {
      try {
        guest.timers.fire(id)
      } catch (error) {
        guest.report(error)
      }
    }
  }
}

function start(post: Post, context: object, handlers: Handlers, wait: () => Promise<void>): void {
  const run = async (): Promise<void> => {
    const activate = own(definition, 'activate')
    if (typeof activate !== 'function') {
      throw codedError(
        'PLUGIN_ENTRY',
        'Expected `export default definePlugin({ activate(context) { … } })`, found no `activate`.',
      )
    }
    const registration: unknown = await Reflect.apply(activate, definition, [context])
    const dispose =
      typeof registration === 'object' && registration !== null
        ? (registration as { dispose?: unknown }).dispose
        : undefined
    if (typeof dispose === 'function') handlers.onStop(() => Reflect.apply(dispose, registration, []))
    await wait()
  }
  whenSettled(
    run(),
    () => post(posts.ready, 0, '', toJson(handlers.names())),
    (error) => post(posts.failed, 0, '', describe(error)),
  )
}

/** Work that activation waits for; later, its failures go to the log. */
function createDuring(report: (error: unknown) => void): {
  readonly add: (work: Promise<unknown>) => void
  readonly wait: () => Promise<void>
} {
  let pending: Promise<unknown>[] | undefined = []
  return {
    add(work) {
      if (pending === undefined) whenSettled(work, () => undefined, report)
      else {
        pending.push(work)
        whenSettled(
          work,
          () => undefined,
          () => undefined,
        )
      }
    },
    async wait() {
      const works = pending ?? []
      pending = undefined
      await HostPromise.all(works)
    },
  }
}
