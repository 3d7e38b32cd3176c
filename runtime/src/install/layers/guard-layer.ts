import { NexusError } from '@nexus/plugin-api'
import type { ChainLink } from '../../contract/index.ts'
import { installError } from '../errors.ts'

/** A link of the chain, by its name. */
export type ChainLayer = ChainLink['layer']

/** Runs one layer. Whatever it throws is a refusal with a code that names the layer; nothing is believed for an accident. */
export async function guardLayer<Result>(layer: ChainLayer, verify: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await verify()
  } catch (cause) {
    if (cause instanceof NexusError) throw cause
    const found = cause instanceof Error ? cause.name : typeof cause
    throw installError(
      'INSTALL_LAYER_FAILED',
      `Expected evidence of the ${layer} that can be checked, found something that breaks the check (${found}). It is not believed.`,
      { details: { layer, expected: 'evidence that can be checked', found }, cause },
    )
  }
}
