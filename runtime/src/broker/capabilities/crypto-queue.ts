import type { Site } from '../capability.ts'
import { brokerError } from '../errors.ts'
import { limitReached } from '../limit-reached.ts'
import type { BrokerMeter } from '../meter.ts'

/** Jobs that run at once in the whole host: half of the threads that files and name look-ups need too. */
const MAX_RUNNING = 2

/** Lets each installation do one thing after another, and all together only two. */
export interface CryptoQueue {
  /** Runs `job` when it is its turn; its time counts against `cpuMsPerMinute`, because it is CPU time of the host. */
  run<Result>(site: Site, signal: AbortSignal, job: () => Promise<Result>): Promise<Result>
}

export function createCryptoQueue(): CryptoQueue {
  const last = new WeakMap<BrokerMeter, Promise<unknown>>()
  const waiting: (() => void)[] = []
  let running = 0

  const enter = async (): Promise<void> => {
    if (running >= MAX_RUNNING) await new Promise<void>((resolve) => waiting.push(resolve))
    else running += 1
  }
  const leave = (): void => {
    const next = waiting.shift()
    if (next === undefined) running -= 1
    else next()
  }
  const timed = async <Result>({ installation, meter }: Site, job: () => Promise<Result>): Promise<Result> => {
    const budget = meter.minute('cpuMsPerMinute')
    if (budget.left(installation.limits.cpuMsPerMinute) <= 0) {
      throw limitReached(
        installation,
        'CRYPTO_LIMIT',
        'cpuMsPerMinute',
        (value) => `Expected at most ${value} ms of cryptography within a minute (cpuMsPerMinute), found more.`,
      )
    }
    const began = performance.now()
    try {
      return await job()
    } finally {
      budget.add(performance.now() - began)
    }
  }
  const inTurn = async <Result>(site: Site, signal: AbortSignal, job: () => Promise<Result>): Promise<Result> => {
    await enter()
    try {
      if (signal.aborted) throw brokerError('CALL_CANCELLED', 'The call was cancelled before its turn came.')
      return await timed(site, job)
    } finally {
      leave()
    }
  }
  return {
    run(site, signal, job) {
      const before = last.get(site.meter) ?? Promise.resolve()
      const work = before.then(() => inTurn(site, signal, job))
      last.set(
        site.meter,
        work.catch(() => undefined),
      )
      return work
    },
  }
}
