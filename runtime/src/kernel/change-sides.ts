import { bringUpBeside } from './bring-up.ts'
import type { Activation, PluginLoader, StateReason, Swap } from './ports.ts'
import type { Probation } from './probation.ts'
import { reasonOf } from './reason.ts'
import { closeNow, plugOrClose } from './take-down.ts'

/** Starts the new side beside the old one, writes the change down and plugs it in. Undoes all of it when a step fails. */
export async function plugInNext(loader: PluginLoader, swap: Swap, signal: AbortSignal): Promise<Activation> {
  const next = await bringUpBeside(loader, swap.entry, signal, swap.to)
  try {
    await swap.commit()
  } catch (error) {
    await closeNow(next)
    throw error
  }
  try {
    await plugOrClose(next)
  } catch (error) {
    await swap.revert(reasonOf(error))
    throw error
  }
  return next
}

/** Starts the old side while the new one still serves, and writes it down again only when it has come up. */
export async function plugInFormer(
  loader: PluginLoader,
  { back, swap }: Probation,
  signal: AbortSignal,
  reason: StateReason,
): Promise<Activation> {
  const old = await bringUpBeside(loader, back, signal, swap.from)
  await swap.revert(reason)
  await plugOrClose(old)
  return old
}
