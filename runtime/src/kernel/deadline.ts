import type { NexusError } from '@nexus/plugin-api'

/**
 * Runs a step with a signal that aborts after `ms` or with `parent`. Rejects with `late()` even when the step ignores
 * its signal, so that nothing can hold the kernel.
 */
export async function withDeadline<Result>(
  ms: number,
  parent: AbortSignal,
  late: () => NexusError,
  step: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController()
  const { promise: stopped, reject } = Promise.withResolvers<never>()
  const stop = (reason: unknown) => {
    controller.abort(reason)
    reject(reason)
  }
  const onParent = () => stop(parent.reason)
  if (parent.aborted) onParent()
  parent.addEventListener('abort', onParent, { once: true })
  const timer = setTimeout(() => stop(late()), ms)
  try {
    return await Promise.race([step(controller.signal), stopped])
  } finally {
    clearTimeout(timer)
    parent.removeEventListener('abort', onParent)
  }
}
