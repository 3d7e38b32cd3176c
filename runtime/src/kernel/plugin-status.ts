import { kernelError } from './errors.ts'
import type { PluginEntry, StateChange, StateReason, Swap, SwapStatus } from './ports.ts'
import { type PluginState, canFollow } from './states.ts'

/** Where one plugin stands, as state and as progress of its last swap. Every change is told. */
export class PluginStatus {
  readonly #onChange: (change: StateChange) => void
  #state: PluginState = 'discovered'
  #reason: StateReason | undefined
  #swap: SwapStatus | undefined

  constructor(onChange: (change: StateChange) => void) {
    this.#onChange = onChange
  }

  get state(): PluginState {
    return this.#state
  }

  /** Why the plugin is failed, held or quarantined. */
  get reason(): StateReason | undefined {
    return this.#reason
  }

  /** Where the last swap stands. */
  get swap(): SwapStatus | undefined {
    return this.#swap
  }

  /** Fails with `KERNEL_STATE` when the state may not follow the present one. */
  enter(entry: PluginEntry, state: PluginState, reason?: StateReason): void {
    if (!canFollow(this.#state, state)) {
      throw kernelError('KERNEL_STATE', `Expected a state that may follow ${this.#state}, found ${state}.`)
    }
    this.#state = state
    this.#reason = reason
    this.#onChange({ entry, state, reason })
  }

  /** The swap is in another phase now; the state stays. */
  swapIs(entry: PluginEntry, phase: SwapStatus['phase'], swap: Swap, reason?: StateReason): void {
    const { fromVersion, toVersion } = swap
    this.#swap = { phase, fromVersion, toVersion, at: new Date(), reason }
    this.#onChange({ entry, state: this.#state, reason: this.#reason, swap: this.#swap })
  }
}
