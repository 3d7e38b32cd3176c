import { sandboxError } from '../errors.ts'
import type {
  CapabilityPort,
  Invocation,
  Sandbox,
  SandboxExit,
  SandboxHost,
  SandboxSpec,
  SandboxUsage,
} from '../sandbox.ts'

const NO_USAGE: SandboxUsage = { calls: 0, errors: 0, cpuMicroseconds: 0, heapBytes: 0, capabilityCalls: 0 }

/** One loaded copy. */
export interface Instance {
  readonly sandbox: Sandbox
  inFlight: number
}

/** The loaded copies of one installation's code. */
export class Instances implements AsyncDisposable {
  readonly #host: Pick<SandboxHost, 'open'>
  readonly #port: CapabilityPort
  readonly #onExit: (exit: SandboxExit) => void
  readonly #running = new Set<Instance>()
  readonly #closed = new AbortController()
  #spec: SandboxSpec
  #start: Promise<Instance> | undefined
  #past: SandboxUsage = NO_USAGE

  constructor(
    host: Pick<SandboxHost, 'open'>,
    spec: SandboxSpec,
    port: CapabilityPort,
    onExit: (exit: SandboxExit) => void,
  ) {
    this.#host = host
    this.#spec = spec
    this.#port = port
    this.#onExit = onExit
  }

  get count(): number {
    return this.#running.size
  }

  get starting(): boolean {
    return this.#start !== undefined
  }

  /** Loads the code once more; whoever asks while that goes on gets the same instance. */
  start(signal?: AbortSignal): Promise<Instance> {
    this.#start ??= this.#open(signal).finally(() => (this.#start = undefined))
    return this.#start
  }

  leastBusy(): Instance | undefined {
    let best: Instance | undefined
    for (const running of this.#running) if (best === undefined || running.inFlight < best.inFlight) best = running
    return best
  }

  async invoke(instance: Instance, invocation: Invocation): Promise<string> {
    instance.inFlight += 1
    try {
      return await instance.sandbox.invoke(invocation)
    } finally {
      instance.inFlight -= 1
    }
  }

  usage(): SandboxUsage {
    return [...this.#running].reduce((sum, { sandbox }) => addUsage(sum, sandbox.usage()), this.#past)
  }

  /** Unloads all copies and forgets the code when it can be read again. */
  async stopAll(): Promise<void> {
    const leaving = [...this.#running]
    this.#running.clear()
    if (this.#spec.reload !== undefined) this.#spec = { ...this.#spec, code: '' }
    await Promise.all(leaving.map(({ sandbox }) => sandbox[Symbol.asyncDispose]()))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed.abort(sandboxError('SANDBOX_CLOSED', 'The sandbox was stopped.'))
    // A start that is under way ends by the signal; its error belongs to those who asked for it.
    await this.#start?.catch(() => undefined)
    await this.stopAll()
  }

  async #open(signal?: AbortSignal): Promise<Instance> {
    const began = performance.now()
    const stop = signal === undefined ? this.#closed.signal : AbortSignal.any([signal, this.#closed.signal])
    stop.throwIfAborted()
    const { code, reload } = this.#spec
    if (code === '' && reload !== undefined) this.#spec = { ...this.#spec, code: await reload() }
    const sandbox = await this.#host.open(this.#spec, this.#port, stop)
    const running: Instance = { sandbox, inFlight: 0 }
    this.#running.add(running)
    this.#spec.observer?.started?.(performance.now() - began)
    void this.#follow(running)
    return running
  }

  async #follow(running: Instance): Promise<void> {
    const exit = await running.sandbox.exited
    const { heapBytes: _gone, ...counters } = running.sandbox.usage()
    this.#past = addUsage(this.#past, { ...counters, heapBytes: 0 })
    if (this.#running.delete(running)) this.#onExit(exit)
  }
}

function addUsage(left: SandboxUsage, right: SandboxUsage): SandboxUsage {
  return {
    calls: left.calls + right.calls,
    errors: left.errors + right.errors,
    cpuMicroseconds: left.cpuMicroseconds + right.cpuMicroseconds,
    heapBytes: left.heapBytes + right.heapBytes,
    capabilityCalls: left.capabilityCalls + right.capabilityCalls,
  }
}
