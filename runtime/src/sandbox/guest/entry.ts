import { createBridge } from './bridge.ts'
import { type Calls, createCalls } from './calls.ts'
import { takeCollector } from './collect.ts'
import { createContext } from './context/create-context.ts'
import { codedError, describe, own } from './guest-error.ts'
import { coarsenDate } from './globals/date.ts'
import { signalMakers } from './globals/abort.ts'
import { type TimeSource, createTimeSource } from './globals/time-source.ts'
import type { Ask } from './globals/fetch.ts'
import { type Timers, createTimers } from './globals/timers.ts'
import { type Handlers, createHandlers } from './handlers.ts'
import { freezeBuiltIns, languageNames } from './harden.ts'
import { installGlobals } from './install-globals.ts'
import { type WriteLog, createLogger, createWriteLog } from './logger.ts'
import { type Outbox, createOutbox } from './outbox.ts'
import { removeDangers } from './remove-dangers.ts'
import { HostPromise, parseJson, toNumber, whenSettled, toJson } from './primordials.ts'
import { type Boot, type Callback, type Post, type Shape, entries, posts } from './wire.ts'

// The entry of the prelude: one isolate runs it once, before the plugin's module is evaluated. Nothing in here is a
// boundary. A plugin that took all of it apart could do no more than post frames in its own name, which the host judges.

type Enter = (kind: number, id: number, head: string, text: string) => void

let prepared: Prepared | undefined
let enterGuest: Enter | undefined
let definition: unknown

/** What stands before it is known which plugin comes. */
interface Prepared {
  readonly collect: () => void
  readonly shape: Shape
  readonly outbox: Outbox
  readonly timers: Timers
  readonly write: WriteLog
  readonly time: TimeSource
  readonly now: () => number
  /** Lets the globals that ask the host do so. */
  readonly connect: (ask: Ask) => void
}

/** Prepares the globals. Called once by the cell, possibly long before a plugin moves in. */
export function prepare(callback: Callback, shapeText: string): void {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by the host from the profile
  const shape = parseJson(shapeText) as Shape
  const collect = takeCollector()
  removeDangers(shape.features)
  const language = languageNames()
  const time = createTimeSource(shape.clockMs)
  const now = coarsenDate(shape.clockResolutionMs, time.now)
  const outbox = createOutbox(callback)
  const { post } = outbox
  const write = createWriteLog(post)
  const timers = createTimers(post)
  const connect = installGlobals({ post, timers, write, now })
  freezeBuiltIns(language, [])
  prepared = { shape, outbox, timers, write, time, now, connect, collect }
}

/**
 * Takes the plugin's default export and starts it. Called once by the cell, after the plugin's module was evaluated;
 * returns the outbox as `enter` does.
 */
export function open(bootText: string, exported: unknown): unknown[] {
  if (prepared === undefined) return []
  const { shape, outbox, timers, write } = prepared
  const { post } = outbox
  outbox.enter(0)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by the host from the verified manifest
  const told = parseJson(bootText) as Boot
  definition = exported
  const bridge = createBridge(post, shape.outstandingCapabilityCalls)
  prepared.connect(bridge.ask)
  const handlers = createHandlers(told)
  const stopped = signalMakers.make()
  const report = (error: unknown): void => write('error', describe(error))
  const during = createDuring(report)
  const context = createContext({
    boot: told,
    bridge,
    handlers,
    log: createLogger(write),
    now: prepared.now,
    timers,
    signal: stopped,
    during: during.add,
  })
  const calls = createCalls(bridge, handlers, signalMakers, told.payloadBytes)
  const stop = (): void => {
    signalMakers.trigger(stopped, codedError('CALL_CANCELLED', 'The plugin is being stopped.'))
    handlers.disposeAll(report)
  }
  enterGuest = createEnter({
    calls,
    timers,
    settle: bridge.settle,
    stop,
    collect: prepared.collect,
    moveTime: prepared.time.move,
    report,
    timerFired: outbox.timerFired,
  })
  start(post, context, handlers, during.wait)
  return outbox.take()
}

/** The one way in. Returns what the guest wants to tell, microtasks of this entry included. */
export function enter(kind: number, id: number, head: string, text: string, call: number): unknown[] {
  if (prepared === undefined) return []
  const { outbox } = prepared
  outbox.enter(call)
  enterGuest?.(kind, id, head, text)
  return outbox.take()
}

interface Entered {
  readonly calls: Calls
  readonly timers: Timers
  readonly settle: (id: number, failed: boolean, text: string) => void
  readonly timerFired: () => void
  readonly stop: () => void
  readonly collect: () => void
  readonly moveTime: (ms: number) => void
  readonly report: (error: unknown) => void
}

function createEnter(guest: Entered): Enter {
  return (kind, id, head, text) => {
    if (kind === entries.call) guest.calls.begin(id, head, text)
    else if (kind === entries.capabilityAnswered) guest.settle(id, false, text)
    else if (kind === entries.capabilityFailed) guest.settle(id, true, text)
    else if (kind === entries.cancel) guest.calls.cancel(id)
    else if (kind === entries.stop) guest.stop()
    else if (kind === entries.collect) guest.collect()
    else if (kind === entries.clock) guest.moveTime(toNumber(text))
    else if (kind === entries.timer) {
      guest.timerFired()
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
