import { errorCode } from '@nexus/plugin-api'
import { CrashHistory } from './crash-history.ts'
import { withDeadline } from './deadline.ts'
import { kernelError } from './errors.ts'
import { CLOSE_TIMEOUT_MS, DRAIN_TIMEOUT_MS, START_TIMEOUT_MS, VERIFY_TIMEOUT_MS } from './limits.ts'
import type { Activation, PluginEntry, PluginLoader, StateChange, StateReason } from './ports.ts'
import { type PluginState, canFollow } from './states.ts'

/** Errors that wait for a decision of a person rather than for a better moment. */
const HOLDING = /^(GRANT_|TRUST_)/

/** One plugin on its way through the states. Starts and stops are serialised; a crash never escapes. */
export class Plugin {
  readonly entry: PluginEntry
  readonly #loader: PluginLoader
  readonly #onChange: (change: StateChange) => void
  readonly #crashes = new CrashHistory()
  #state: PluginState = 'discovered'
  #reason: StateReason | undefined
  #activation: Activation | undefined
  #stop = new AbortController()
  #queue: Promise<void> = Promise.resolve()
  #retry: NodeJS.Timeout | undefined
  #startMs = 0

  constructor(entry: PluginEntry, loader: PluginLoader, onChange: (change: StateChange) => void) {
    this.entry = entry
    this.#loader = loader
    this.#onChange = onChange
  }

  get state(): PluginState {
    return this.#state
  }

  get reason(): StateReason | undefined {
    return this.#reason
  }

  /** Milliseconds the last start took, from discovered to active. */
  get startMs(): number {
    return this.#startMs
  }

  /** Runs through to `active`, or to the state that says why not. Never rejects. */
  start(): Promise<void> {
    return this.#enqueue(() => this.#start())
  }

  /** Drains and closes. Ends a start that is under way. Never rejects. */
  stop(): Promise<void> {
    this.#stop.abort(kernelError('KERNEL_CLOSED', 'The plugin was told to stop.'))
    clearTimeout(this.#retry)
    return this.#enqueue(() => this.#close())
  }

  /** Closes at once and stays closed; the loader makes the decision survive a restart. Never rejects. */
  quarantine(reason: StateReason): Promise<void> {
    this.#stop.abort(kernelError('KERNEL_CLOSED', 'The plugin was put into quarantine.'))
    clearTimeout(this.#retry)
    return this.#enqueue(async () => {
      if (this.#state === 'quarantined') return
      const activation = this.#activation
      this.#activation = undefined
      if (activation !== undefined) await settle(CLOSE_TIMEOUT_MS, activation[Symbol.asyncDispose]())
      await this.#giveUp(reason)
    })
  }

  #enqueue(step: () => Promise<void>): Promise<void> {
    this.#queue = this.#queue.then(step)
    return this.#queue
  }

  async #start(): Promise<void> {
    if (this.#activation !== undefined) return
    if (this.#state !== 'discovered') this.#enter('discovered')
    if (this.entry.quarantine !== undefined) {
      this.#enter('quarantined', { code: 'PLUGIN_QUARANTINED', message: this.entry.quarantine })
      return
    }
    this.#stop = new AbortController()
    const began = performance.now()
    try {
      const activation = await this.#activate(this.#stop.signal)
      this.#activation = activation
      this.#startMs = performance.now() - began
      this.#enter('active')
      void this.#watch(activation)
    } catch (error) {
      this.#startMs = performance.now() - began
      await this.#startFailed(error)
    }
  }

  async #activate(signal: AbortSignal): Promise<Activation> {
    const { entry } = this
    const lateVerify = () =>
      kernelError('PLUGIN_VERIFY_TIMEOUT', `Expected ${entry.pluginId} to be checked within ${VERIFY_TIMEOUT_MS} ms.`)
    const lateStart = () =>
      kernelError('PLUGIN_START_TIMEOUT', `Expected ${entry.pluginId} to start within ${START_TIMEOUT_MS} ms.`)
    const verified = await withDeadline(VERIFY_TIMEOUT_MS, signal, lateVerify, (step) =>
      this.#loader.verify(entry, step),
    )
    this.#enter('verified')
    const granted = await withDeadline(VERIFY_TIMEOUT_MS, signal, lateVerify, (step) =>
      this.#loader.grant(entry, verified, step),
    )
    this.#enter('granted')
    this.#enter('starting')
    return await withDeadline(START_TIMEOUT_MS, signal, lateStart, (step) => {
      const starting = this.#loader.activate(entry, granted, step)
      // A start that nobody waits for any more must not leave a sandbox behind; what a cancelled start throws is known.
      const discard = () =>
        void starting.then(
          (late) => late[Symbol.asyncDispose](),
          () => undefined,
        )
      step.addEventListener('abort', discard, { once: true })
      return starting
    })
  }

  async #startFailed(error: unknown): Promise<void> {
    const reason = reasonOf(error)
    if (this.#stop.signal.aborted) {
      this.#enter('stopped')
    } else if (HOLDING.test(reason.code) && (this.#state === 'discovered' || this.#state === 'verified')) {
      this.#enter('held', reason)
    } else {
      this.#enter('failed', reason)
      await this.#afterCrash(reason)
    }
  }

  async #watch(activation: Activation): Promise<void> {
    const reason = await activation.crashed
    await this.#enqueue(async () => {
      if (this.#activation !== activation) return
      this.#activation = undefined
      await settle(CLOSE_TIMEOUT_MS, activation[Symbol.asyncDispose]())
      this.#enter('failed', reason)
      await this.#afterCrash(reason)
    })
  }

  async #afterCrash(reason: StateReason): Promise<void> {
    const next = this.#crashes.record(Date.now())
    if (next === 'quarantine') {
      const message = `Stopped after repeated failures, the last one ${reason.code}: ${reason.message}`
      await this.#giveUp({ code: 'PLUGIN_CRASH_LOOP', message })
      return
    }
    this.#retry = setTimeout(() => {
      if (this.#state === 'failed') void this.start()
    }, next.retryAfterMs)
    this.#retry.unref()
  }

  async #giveUp(reason: StateReason): Promise<void> {
    this.#enter('quarantined', reason)
    try {
      await this.#loader.quarantine(this.entry, reason)
    } catch {
      // It stays stopped for as long as this host runs; the next start of the host meets the same plugin again.
    }
  }

  async #close(): Promise<void> {
    const activation = this.#activation
    if (activation === undefined) {
      if (this.#state !== 'stopped') this.#enter('stopped')
      return
    }
    this.#activation = undefined
    this.#enter('draining')
    await settle(DRAIN_TIMEOUT_MS, activation.drain())
    await settle(CLOSE_TIMEOUT_MS, activation[Symbol.asyncDispose]())
    this.#enter('stopped')
  }

  #enter(state: PluginState, reason?: StateReason): void {
    if (!canFollow(this.#state, state)) {
      throw kernelError('KERNEL_STATE', `Expected a state that may follow ${this.#state}, found ${state}.`)
    }
    this.#state = state
    this.#reason = reason
    this.#onChange({ entry: this.entry, state, reason })
  }
}

/** Waits for a closing step, at most `ms`. What it throws cannot matter any more: the plugin is going away. */
async function settle(ms: number, closing: PromiseLike<void>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  await Promise.race([closing.then(resolve, resolve), promise])
  clearTimeout(timer)
}

function reasonOf(error: unknown): StateReason {
  const message = error instanceof Error ? error.message : String(error)
  return { code: errorCode(error) ?? 'PLUGIN_FAILED', message }
}
