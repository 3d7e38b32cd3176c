import type { JsonValue } from '@nexus/plugin-api'
import type { DefinitionKind } from '../../store/definition.ts'
import { canonicalJson, digestOf } from '../canonical-json.ts'
import type { NamedEntry, UpstreamCatalog } from '../upstream/upstream.ts'
import { DEFINITIONS_PER_TURN } from './limits.ts'

/** A definition as an upstream states it now. */
export interface SeenDefinition {
  readonly kind: DefinitionKind
  readonly name: string
  /** Canonical JSON of the whole entry, members that nobody knows included. */
  readonly text: string
  readonly digest: string
}

export const keyText = ({ kind, name }: { readonly kind: DefinitionKind; readonly name: string }): string =>
  `${kind}\0${name}`

/**
 * What a catalog states, by `keyText`. Of two entries of one name the first counts: a client could not call the other.
 * An entry too deep to be read is left out.
 */
export async function definitionsOf(catalog: UpstreamCatalog): Promise<ReadonlyMap<string, SeenDefinition>> {
  const seen = new Map<string, SeenDefinition>()
  const add = (kind: DefinitionKind, name: string, value: JsonValue): void => {
    const key = keyText({ kind, name })
    const text = seen.has(key) ? undefined : canonicalJson(value)
    if (text !== undefined) seen.set(key, { kind, name, text, digest: digestOf(text) })
  }
  // No instructions are a definition too: it marks the upstream as seen, and instructions that come later as a change.
  add('instructions', '', catalog.instructions ?? null)
  await inTurns(catalog.tools, (entry) => add('tool', entry.name, entry))
  await inTurns(catalog.prompts, (entry) => add('prompt', entry.name, entry))
  return seen
}

async function inTurns(entries: readonly NamedEntry[], visit: (entry: NamedEntry) => void): Promise<void> {
  for (const [index, entry] of entries.entries()) {
    if (index > 0 && index % DEFINITIONS_PER_TURN === 0) await new Promise((resolve) => setImmediate(resolve))
    visit(entry)
  }
}
