import { CLOSE_TIMEOUT_MS, DRAIN_TIMEOUT_MS } from './limits.ts'
import type { Activation } from './ports.ts'

/** Plugs in what was started; what cannot be plugged in is closed. */
export async function plugOrClose(activation: Activation): Promise<void> {
  try {
    activation.plug()
  } catch (error) {
    await closeNow(activation)
    throw error
  }
}

/** Lets a side finish its calls, then closes it. */
export async function drainAndClose(activation: Activation): Promise<void> {
  await settle(DRAIN_TIMEOUT_MS, activation.drain())
  await closeNow(activation)
}

/** Closes a side; calls that are under way end. Never rejects, and never takes longer than closing may. */
export async function closeNow(activation: Activation): Promise<void> {
  await settle(CLOSE_TIMEOUT_MS, activation[Symbol.asyncDispose]())
}

/** Waits for a closing step, at most `ms`. What it throws cannot matter any more: the plugin is going away. */
async function settle(ms: number, closing: PromiseLike<void>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, ms)
  await Promise.race([closing.then(resolve, resolve), promise])
  clearTimeout(timer)
}
