import { type NexusError, errorCode } from '@nexus/plugin-api'
import { sandboxError } from '../errors.ts'
import {
  type CallUse,
  type CapabilityPort,
  type Invocation,
  NO_REGISTRATIONS,
  type Sandbox,
  type SandboxExit,
  type SandboxHost,
  type SandboxRegistrations,
  type SandboxSpec,
  type SandboxUsage,
} from '../sandbox.ts'
import { canSleep } from './can-sleep.ts'
import { Instances } from './instances.ts'
import { BUSY_CALLS, END_WINDOW_MS, MAX_ENDS } from './limits.ts'
import { createMinuteCpu } from './minute-cpu.ts'

/** One installation's sandbox, awake in one or more instances or asleep in none. */
export class ManagedSandbox implements Sandbox {
  readonly id: string
  readonly exited: Promise<SandboxExit>
  readonly #instances: Instances
  readonly #spec: SandboxSpec
  readonly #mayRest: boolean
  readonly #cpu: ReturnType<typeof createMinuteCpu>
  readonly #exit: (exit: SandboxExit) => void
  #registrations: SandboxRegistrations = NO_REGISTRATIONS
  #ended: SandboxExit | undefined
  #inFlight = 0
  #idle: NodeJS.Timeout | undefined
  #ends: readonly number[] = []

  constructor(host: Pick<SandboxHost, 'open'>, spec: SandboxSpec, port: CapabilityPort) {
    const { promise, resolve } = Promise.withResolvers<SandboxExit>()
    this.id = spec.installationId
    this.exited = promise
    this.#exit = resolve
    // The instances keep the code, and only while they need it.
    this.#spec = spec.reload === undefined ? spec : { ...spec, code: '' }
    this.#mayRest = spec.profile.lifecycle.idleStopMs > 0 && canSleep(spec.manifest)
    this.#cpu = createMinuteCpu(spec.limits.cpuMsPerMinute)
    this.#instances = new Instances(host, spec, port, (exit) => this.#onInstanceExit(exit))
  }

  get tier(): Sandbox['tier'] {
    return this.#spec.profile.tier
  }

  get registrations(): SandboxRegistrations {
    return this.#registrations
  }

  get inspector(): Sandbox['inspector'] {
    return this.#instances.leastBusy()?.sandbox.inspector
  }

  /** Number of copies of the code that are loaded; 0 while it sleeps. */
  get awake(): number {
    return this.#instances.count
  }

  /** Stands ready without any code loaded. */
  sleep(promised: SandboxRegistrations): void {
    this.#registrations = promised
  }

  /** Loads the code; fails as the inner host's `open` does. */
  async wake(signal: AbortSignal): Promise<void> {
    const { sandbox } = await this.#instances.start(signal)
    this.#registrations = sandbox.registrations
    this.#rest()
  }

  invoke(invocation: Invocation): Promise<string> {
    const refused = this.#refusal(invocation)
    if (refused !== undefined) return Promise.reject(refused)
    clearTimeout(this.#idle)
    this.#idle = undefined
    this.#inFlight += 1
    const ready = this.#instances.leastBusy()
    const answer =
      ready === undefined ? this.#wakeFor(invocation) : this.#instances.invoke(ready, this.#metered(invocation))
    this.#growIfBusy()
    return answer.finally(() => {
      this.#inFlight -= 1
      if (this.#inFlight === 0) this.#rest()
    })
  }

  async advance(ms: number): Promise<void> {
    const { sandbox } = this.#instances.leastBusy() ?? (await this.#instances.start())
    if (sandbox.advance === undefined)
      throw sandboxError('SANDBOX_CLOCK', `Expected a sandbox with a clock for tests, found tier ${this.tier}.`)
    await sandbox.advance(ms)
  }

  usage(): SandboxUsage {
    return this.#instances.usage()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#idle)
    this.#end({ code: 'SANDBOX_CLOSED', message: 'The sandbox was stopped.' })
    await this.#instances[Symbol.asyncDispose]()
  }

  #refusal({ requestId }: Invocation): NexusError | undefined {
    const { limits, observer } = this.#spec
    if (this.#ended !== undefined)
      return sandboxError('SANDBOX_CLOSED', `Expected a running sandbox, found one that ended: ${this.#ended.message}`)
    if (this.#inFlight >= limits.concurrentCalls) {
      const value = limits.concurrentCalls
      observer?.breached?.({ code: 'SANDBOX_BUSY', limit: 'concurrentCalls', value, requestId })
      const message = `Expected at most ${value} calls at once (concurrentCalls), found one more. Try again later.`
      return sandboxError('SANDBOX_BUSY', message, { details: { limit: 'concurrentCalls', value } })
    }
    if (this.#instances.count < 2 || this.#cpu.left()) return undefined
    // Each instance counts its own minute; this is the sum of all of them.
    const value = limits.cpuMsPerMinute
    observer?.breached?.({ code: 'SANDBOX_CPU', limit: 'cpuMsPerMinute', value, requestId })
    const message = `Expected at most ${value} ms of CPU time within a minute (cpuMsPerMinute), found more. Try again later.`
    return sandboxError('SANDBOX_CPU', message, { details: { limit: 'cpuMsPerMinute', value } })
  }

  #metered(invocation: Invocation): Invocation {
    if (this.#spec.profile.lifecycle.instances === 1) return invocation
    const { onUse } = invocation
    const count = (use: CallUse): void => {
      this.#cpu.add(use.cpuMicroseconds ?? 0)
      onUse?.(use)
    }
    return { ...invocation, onUse: count }
  }

  async #wakeFor(invocation: Invocation): Promise<string> {
    const { signal } = invocation
    const instance = await orCancelled(this.#instances.start(), signal)
    this.#registrations = instance.sandbox.registrations
    return this.#instances.invoke(instance, this.#metered(invocation))
  }

  #growIfBusy(): void {
    // A worker sandbox is a pool: its instances are its threads.
    if (this.tier === 'worker') return
    const { instances } = this.#spec.profile.lifecycle
    const { count } = this.#instances
    if (count === 0 || count >= instances || this.#inFlight < count * BUSY_CALLS || this.#instances.starting) return
    // A favour to calls that come later: when it fails, the instances that run go on serving.
    this.#instances.start().catch(() => undefined)
  }

  /** Unloads the code after a while without calls. */
  #rest(): void {
    if (!this.#mayRest || this.#ended !== undefined || this.#inFlight > 0 || this.#idle !== undefined) return
    this.#idle = setTimeout(() => {
      this.#idle = undefined
      if (this.#inFlight > 0 || this.#instances.count === 0) return
      void this.#instances.stopAll()
      this.#spec.observer?.hibernated?.()
    }, this.#spec.profile.lifecycle.idleStopMs)
    this.#idle.unref()
  }

  /**
   * Whoever only shared a cell with the one that killed it is back at once. After a breach of its own the next call
   * starts it again: one bad call must not take the plugin away from everybody. Too many ends are told.
   */
  #onInstanceExit(exit: SandboxExit): void {
    if (this.#ended !== undefined || exit.code === 'SANDBOX_CLOSED') return
    const now = performance.now()
    this.#ends = [...this.#ends.filter((at) => now - at < END_WINDOW_MS), now]
    if (this.#ends.length > MAX_ENDS || !canSleep(this.#spec.manifest)) this.#end(exit)
    else if (exit.code === 'SANDBOX_CRASHED' && this.#instances.count === 0) void this.#revive()
  }

  async #revive(): Promise<void> {
    try {
      await this.#instances.start()
      this.#rest()
    } catch (error) {
      const message = error instanceof Error ? error.message : 'The sandbox could not be started again.'
      // The next cell may have died too, of the same cause: that counts as one more end.
      this.#onInstanceExit({ code: errorCode(error) ?? 'SANDBOX_CRASHED', message })
    }
  }

  #end(exit: SandboxExit): void {
    if (this.#ended !== undefined) return
    this.#ended = exit
    clearTimeout(this.#idle)
    this.#exit(exit)
    if (exit.code !== 'SANDBOX_CLOSED') void this.#instances[Symbol.asyncDispose]()
  }
}

/** Waits for a start that others may wait for too, only as long as this caller wants to. */
async function orCancelled<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const cancelled = Promise.withResolvers<never>()
  const onAbort = (): void => cancelled.reject(sandboxError('CALL_CANCELLED', 'The caller cancelled the call.'))
  if (signal.aborted) onAbort()
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([work, cancelled.promise])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
