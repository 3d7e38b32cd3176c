import { withDeadline } from './deadline.ts'
import { kernelError } from './errors.ts'
import { READY_TIMEOUT_MS, START_TIMEOUT_MS, VERIFY_TIMEOUT_MS } from './limits.ts'
import type { Activation, PluginEntry, PluginLoader } from './ports.ts'

/** Takes a plugin from its row to running code that serves nothing yet. */
export async function bringUp(
  loader: PluginLoader,
  entry: PluginEntry,
  signal: AbortSignal,
  onStep: (step: 'verified' | 'granted' | 'starting') => void,
  { side, isBoot = false }: { readonly side?: unknown; readonly isBoot?: boolean } = {},
): Promise<Activation> {
  const lateVerify = () =>
    kernelError('PLUGIN_VERIFY_TIMEOUT', `Expected ${entry.pluginId} to be checked within ${VERIFY_TIMEOUT_MS} ms.`)
  const lateStart = () =>
    kernelError('PLUGIN_START_TIMEOUT', `Expected ${entry.pluginId} to start within ${START_TIMEOUT_MS} ms.`)
  const verified = await withDeadline(VERIFY_TIMEOUT_MS, signal, lateVerify, (step) => loader.verify(entry, step, side))
  onStep('verified')
  const granted = await withDeadline(VERIFY_TIMEOUT_MS, signal, lateVerify, (step) =>
    loader.grant(entry, verified, step),
  )
  onStep('granted')
  onStep('starting')
  return await withDeadline(START_TIMEOUT_MS, signal, lateStart, (step) => {
    const starting = loader.activate(entry, granted, step, isBoot)
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

/** The same for another side of a running plugin, which must have answered once before it may take over. */
export async function bringUpBeside(
  loader: PluginLoader,
  entry: PluginEntry,
  signal: AbortSignal,
  side: unknown,
): Promise<Activation> {
  const activation = await bringUp(loader, entry, signal, () => undefined, { side })
  const lateReady = () =>
    kernelError('PLUGIN_START_TIMEOUT', `Expected ${entry.pluginId} to answer within ${READY_TIMEOUT_MS} ms.`)
  const crashed = activation.crashed.then(({ code, message }) => {
    throw kernelError('PLUGIN_SWAP_FAILED', `Expected ${entry.pluginId} to stay up, found ${code}: ${message}`)
  })
  // Who waits for the race below hears of it; later crashes are the watch's.
  crashed.catch(() => undefined)
  try {
    await withDeadline(READY_TIMEOUT_MS, signal, lateReady, (step) => Promise.race([activation.ready(step), crashed]))
  } catch (error) {
    await activation[Symbol.asyncDispose]()
    throw error
  }
  return activation
}
