import { bringUp, bringUpBeside } from './bring-up.ts'
import { plugInFormer, plugInNext } from './change-sides.ts'
import { CrashHistory } from './crash-history.ts'
import { kernelError } from './errors.ts'
import { PluginStatus } from './plugin-status.ts'
import type { Activation, PluginEntry, PluginLoader, StateChange, StateReason, Swap, SwapStatus } from './ports.ts'
import { type Probation, startProbation } from './probation.ts'
import { crashLoop, isForGood, reasonOf, waitsForPerson } from './reason.ts'
import type { PluginState } from './states.ts'
import { closeNow, drainAndClose, plugOrClose } from './take-down.ts'

/** What a plugin is given. */
export interface PluginOptions {
  readonly loader: PluginLoader
  readonly onChange: (change: StateChange) => void
  /** How long a new side is watched after a swap, milliseconds. */
  readonly probationMs: number
}

/**
 * One plugin on its way through the states. Starts, stops and swaps are serialised; a crash never escapes. While a swap
 * is under way the old side serves and the state stays `active`.
 */
export class Plugin {
  readonly #loader: PluginLoader
  readonly #probationMs: number
  readonly #status: PluginStatus
  readonly #crashes = new CrashHistory()
  /** Old sides that finish their calls. */
  readonly #leaving = new Set<Promise<void>>()
  #entry: PluginEntry
  #activation: Activation | undefined
  #probation: Probation | undefined
  #stop = new AbortController()
  #queue: Promise<void> = Promise.resolve()
  #retry: NodeJS.Timeout | undefined
  #startMs = 0
  /** What the end of a swap still has to write down. */
  #finishing: Promise<void> = Promise.resolve()

  constructor(entry: PluginEntry, { loader, onChange, probationMs }: PluginOptions) {
    this.#entry = entry
    this.#loader = loader
    this.#probationMs = probationMs
    this.#status = new PluginStatus(onChange)
  }

  get entry(): PluginEntry {
    return this.#entry
  }

  get state(): PluginState {
    return this.#status.state
  }

  get reason(): StateReason | undefined {
    return this.#status.reason
  }

  /** Where the last swap stands. */
  get swapStatus(): SwapStatus | undefined {
    return this.#status.swap
  }

  /** Milliseconds the last start took, from discovered to active. */
  get startMs(): number {
    return this.#startMs
  }

  /** Runs through to `active`, or to the state that says why not. Never rejects. */
  start({ isBoot = false }: { readonly isBoot?: boolean } = {}): Promise<void> {
    return this.#enqueue(() => this.#start(isBoot))
  }

  /**
   * Starts the new side beside the running one and lets it take over when it has answered. Rejects with what is wrong;
   * the old side serves on then. A plugin that does not run is changed and started.
   */
  async swap(swap: Swap): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    void this.#enqueue(() => this.#swapTo(swap).then(resolve, reject))
    await promise
  }

  /** Drains and closes. Ends a start that is under way. Never rejects. */
  stop(): Promise<void> {
    this.#stop.abort(kernelError('KERNEL_CLOSED', 'The plugin was told to stop.'))
    clearTimeout(this.#retry)
    return this.#enqueue(() => this.#close())
  }

  /**
   * Closes at once and stays closed; the loader makes the decision survive a restart. A side on probation is taken back
   * instead. Never rejects.
   */
  quarantine(reason: StateReason): Promise<void> {
    const probation = this.#probation
    if (probation !== undefined) return this.#enqueue(() => this.#takeBack(probation, reason))
    this.#stop.abort(kernelError('KERNEL_CLOSED', 'The plugin was put into quarantine.'))
    clearTimeout(this.#retry)
    return this.#enqueue(async () => {
      if (this.state === 'quarantined') return
      const activation = this.#activation
      this.#activation = undefined
      if (activation !== undefined) await closeNow(activation)
      await this.#giveUp(reason)
    })
  }

  #enqueue(step: () => Promise<void>): Promise<void> {
    this.#queue = this.#queue.then(step)
    return this.#queue
  }

  async #start(isBoot = false): Promise<void> {
    if (this.#activation !== undefined) return
    if (this.state !== 'discovered') this.#enter('discovered')
    if (this.entry.quarantine !== undefined) {
      this.#enter('quarantined', { code: 'PLUGIN_QUARANTINED', message: this.entry.quarantine })
      return
    }
    this.#stop = new AbortController()
    const began = performance.now()
    try {
      const onStep = (step: PluginState): void => this.#enter(step)
      const activation = await bringUp(this.#loader, this.entry, this.#stop.signal, onStep, { isBoot })
      await plugOrClose(activation)
      this.#activation = activation
      this.#startMs = performance.now() - began
      this.#enter('active')
      void this.#watch(activation)
    } catch (error) {
      this.#startMs = performance.now() - began
      await this.#startFailed(error)
    }
  }

  async #startFailed(error: unknown): Promise<void> {
    const reason = reasonOf(error)
    if (this.#stop.signal.aborted) {
      this.#enter('stopped')
    } else if (isForGood(reason) && this.state === 'discovered') {
      await this.#giveUp(reason)
    } else if (waitsForPerson(reason) && (this.state === 'discovered' || this.state === 'verified')) {
      this.#enter('held', reason)
    } else {
      this.#enter('failed', reason)
      await this.#afterCrash(reason)
    }
  }

  async #swapTo(swap: Swap): Promise<void> {
    this.#probation?.keep()
    this.#probation = undefined
    const old = this.#activation
    if (old === undefined) {
      await swap.commit()
      this.#entry = swap.entry
      this.#crashes.clear()
      clearTimeout(this.#retry)
      await this.#start()
      this.#finish(swap, 'kept')
      return
    }
    // At most two sides run at once, however fast changes follow each other.
    await Promise.all(this.#leaving)
    const began = performance.now()
    this.#tell(swap, 'starting')
    try {
      await this.#takeOver(swap, old)
    } catch (error) {
      this.#tell(swap, 'rolled-back', reasonOf(error))
      this.#finish(swap, 'rolled-back')
      throw error
    }
    this.#startMs = performance.now() - began
  }

  async #takeOver(swap: Swap, old: Activation): Promise<void> {
    const next = await plugInNext(this.#loader, swap, this.#stop.signal)
    const back = this.#entry
    this.#replace(old, next, swap.entry)
    this.#crashes.clear()
    const probation = startProbation(swap, back, next, old.health(), this.#probationMs, {
      onFailing: (reason) => void this.#enqueue(() => this.#takeBack(probation, reason)),
      onKept: () => {
        if (this.#probation === probation) this.#probation = undefined
        this.#tell(swap, 'kept')
        this.#finish(swap, 'kept')
      },
    })
    this.#probation = probation
    this.#tell(swap, 'probation')
  }

  #replace(old: Activation, next: Activation, entry: PluginEntry): void {
    this.#activation = next
    this.#entry = entry
    void this.#watch(next)
    const leaving = drainAndClose(old).finally(() => this.#leaving.delete(leaving))
    this.#leaving.add(leaving)
  }

  /** Takes a side on probation back while it still serves. It stays when the old one does not come up either. */
  async #takeBack(probation: Probation, reason: StateReason): Promise<void> {
    const now = this.#activation
    if (this.#probation !== probation || now === undefined || !probation.fail()) return
    this.#probation = undefined
    try {
      const old = await plugInFormer(this.#loader, probation, this.#stop.signal, reason)
      this.#replace(now, old, probation.back)
      this.#tell(probation.swap, 'rolled-back', reason)
      this.#finish(probation.swap, 'rolled-back')
    } catch (error) {
      const { message } = reasonOf(error)
      const both = `${reason.message} The old side could not come back either: ${message}`
      this.#tell(probation.swap, 'kept', { code: reason.code, message: both })
      this.#finish(probation.swap, 'kept')
    }
  }

  /** Starts the old side again after the new one died on probation. Calls wait meanwhile. False when it fails. */
  async #comeBack(probation: Probation, reason: StateReason): Promise<boolean> {
    this.#entry = probation.back
    try {
      await probation.swap.revert(reason)
      const old = await bringUpBeside(this.#loader, probation.back, this.#stop.signal, probation.swap.from)
      await plugOrClose(old)
      this.#activation = old
      void this.#watch(old)
      return true
    } catch {
      // The caller goes on as after any crash, and the next try starts the old side from its row.
      return false
    } finally {
      this.#tell(probation.swap, 'rolled-back', reason)
      this.#finish(probation.swap, 'rolled-back')
    }
  }

  async #watch(activation: Activation): Promise<void> {
    const reason = await activation.crashed
    const probation = this.#probation?.activation === activation ? this.#probation : undefined
    const isReplaced = this.swapStatus?.phase === 'starting' && this.#activation === activation
    const held = probation !== undefined || isReplaced ? activation.hold() : undefined
    await this.#enqueue(async () => {
      if (this.#activation === activation) await this.#crashed(activation, reason, probation)
      held?.[Symbol.dispose]()
    })
  }

  async #crashed(activation: Activation, reason: StateReason, probation: Probation | undefined): Promise<void> {
    this.#activation = undefined
    await closeNow(activation)
    if (probation !== undefined && this.#probation === probation && probation.fail()) {
      this.#probation = undefined
      if (await this.#comeBack(probation, reason)) return
    }
    this.#enter('failed', reason)
    await this.#afterCrash(reason)
  }

  async #afterCrash(reason: StateReason): Promise<void> {
    const next = this.#crashes.record(Date.now())
    if (next === 'quarantine') return await this.#giveUp(crashLoop(reason))
    this.#retry = setTimeout(() => {
      if (this.state === 'failed') void this.start()
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
    this.#probation?.keep()
    this.#probation = undefined
    await Promise.all([...this.#leaving, this.#finishing])
    const activation = this.#activation
    if (activation === undefined) {
      if (this.state !== 'stopped') this.#enter('stopped')
      return
    }
    this.#activation = undefined
    this.#enter('draining')
    await drainAndClose(activation)
    this.#enter('stopped')
  }

  #finish(swap: Swap, outcome: 'kept' | 'rolled-back'): void {
    this.#finishing = Promise.all([this.#finishing, swap.finished(outcome)]).then(() => undefined)
  }

  #enter(state: PluginState, reason?: StateReason): void {
    this.#status.enter(this.#entry, state, reason)
  }

  #tell(swap: Swap, phase: SwapStatus['phase'], reason?: StateReason): void {
    this.#status.swapIs(this.#entry, phase, swap, reason)
  }
}
