import type { JsonObject, JsonValue } from '@nexus/plugin-api'
import type { DefinitionFlag, DefinitionRow, DefinitionSettingRow } from '../../store/definition.ts'
import { isJsonObject } from '../json-rpc.ts'
import type { NamedEntry, UpstreamCatalog } from '../upstream/upstream.ts'
import { keyText, type SeenDefinition } from './definition.ts'
import { MAX_DEFINITIONS } from './limits.ts'

/** What is written down after a comparison. */
export interface Findings {
  /** Agreed to without asking: the first sight of an upstream, or a harmless one where the admin said so. */
  readonly pinned: SeenDefinition[]
  /** `approvable` where the admin lets harmless changes through. */
  readonly held: {
    readonly seen: SeenDefinition
    readonly flags: readonly DefinitionFlag[]
    readonly approvable: boolean
  }[]
  /** Held before; the upstream says again what was agreed to. */
  readonly released: DefinitionRow[]
  readonly gone: DefinitionRow[]
  readonly back: DefinitionRow[]
}

export interface Comparison {
  /** What clients are offered. */
  readonly catalog: UpstreamCatalog
  readonly findings: Findings
}

export interface ComparisonInput {
  readonly catalog: UpstreamCatalog
  readonly seen: ReadonlyMap<string, SeenDefinition>
  /** By `keyText`; empty at first sight. */
  readonly rows: ReadonlyMap<string, DefinitionRow>
  readonly setting: Pick<DefinitionSettingRow, 'approval' | 'served'>
  /** Signed with the plugin: nobody has to look at them again. */
  readonly isFixed: (seen: Pick<SeenDefinition, 'kind' | 'name'>) => boolean
  /** Called only for what is new or changed. */
  readonly flagsOf: (seen: SeenDefinition) => readonly DefinitionFlag[]
}

/** Holds what an upstream says now against what was agreed to. Decides, and writes nothing. */
export function compareCatalog(input: ComparisonInput): Comparison {
  const findings: Findings = { pinned: [], held: [], released: [], gone: [], back: [] }
  /** What is offered under a key instead of the upstream's own entry; `undefined` for nothing. */
  const instead = new Map<string, string | undefined>()
  for (const [key, seen] of input.seen) {
    const row = input.rows.get(key)
    if (input.isFixed(seen)) {
      if (row?.heldDigest !== undefined) findings.released.push(row)
    } else if (row === undefined) {
      if (!meetNew(input, findings, seen)) instead.set(key, undefined)
    } else if (!meetKnown(input, findings, seen, row)) {
      instead.set(key, input.setting.served === 'old' ? row.approved : undefined)
    }
  }
  for (const [key, row] of input.rows) {
    if (!input.seen.has(key) && row.absentSince === undefined) findings.gone.push(row)
  }
  return { catalog: offer(input, instead), findings }
}

/** True when it is offered. */
function meetNew({ rows, setting, flagsOf }: ComparisonInput, findings: Findings, seen: SeenDefinition): boolean {
  if (rows.size + findings.pinned.length + findings.held.length >= MAX_DEFINITIONS) return false
  const flags = flagsOf(seen)
  const isFirstSight = rows.size === 0
  if (flags.length === 0 && (isFirstSight || setting.approval === 'auto')) {
    findings.pinned.push(seen)
    return true
  }
  findings.held.push({ seen, flags, approvable: false })
  return false
}

/** True when it is offered as it is. */
function meetKnown(
  { setting, flagsOf }: ComparisonInput,
  findings: Findings,
  seen: SeenDefinition,
  row: DefinitionRow,
): boolean {
  if (row.absentSince !== undefined) findings.back.push(row)
  if (row.approvedDigest === seen.digest) {
    if (row.heldDigest !== undefined) findings.released.push(row)
    return true
  }
  const isKnown = row.heldDigest === seen.digest
  const flags = isKnown ? row.flags : flagsOf(seen)
  const approvable = setting.approval === 'auto' && flags.length === 0 && !(isKnown && row.rejectedAt !== undefined)
  if (!isKnown || approvable) findings.held.push({ seen, flags, approvable })
  return approvable
}

function offer({ catalog, seen }: ComparisonInput, instead: ReadonlyMap<string, string | undefined>): UpstreamCatalog {
  const given = new Set<string>()
  const choose = (kind: 'tool' | 'prompt') => (entry: NamedEntry) => {
    const key = keyText({ kind, name: entry.name })
    // The second of one name, and what is too deep to be read, was not reviewed.
    if (!seen.has(key) || given.has(key)) return []
    given.add(key)
    if (!instead.has(key)) return [entry]
    const old = readEntry(instead.get(key))
    return old === undefined ? [] : [old]
  }
  const { instructions: now, ...rest } = catalog
  const key = keyText({ kind: 'instructions', name: '' })
  const instructions = instead.has(key) ? readText(instead.get(key)) : now
  return {
    ...rest,
    ...(instructions === undefined ? {} : { instructions }),
    tools: catalog.tools.flatMap(choose('tool')),
    prompts: catalog.prompts.flatMap(choose('prompt')),
  }
}

function readEntry(text: string | undefined): NamedEntry | undefined {
  if (text === undefined) return undefined
  const value: JsonValue = JSON.parse(text)
  return isJsonObject(value) && isNamed(value) ? value : undefined
}

function isNamed(value: JsonObject): value is NamedEntry {
  return typeof value['name'] === 'string'
}

function readText(text: string | undefined): string | undefined {
  const value: unknown = text === undefined ? undefined : JSON.parse(text)
  return typeof value === 'string' ? value : undefined
}
