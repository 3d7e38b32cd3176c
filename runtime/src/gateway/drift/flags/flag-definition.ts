import type { JsonValue } from '@nexus/plugin-api'
import type { DefinitionFlag } from '../../../store/definition.ts'
import { isJsonObject } from '../../json-rpc.ts'
import type { SeenDefinition } from '../definition.ts'
import { MAX_FLAGS, MAX_FOUND, MIN_NEAR_NAME } from '../limits.ts'
import { hiddenCharacters, revealHidden, withoutHidden } from './hidden-characters.ts'
import { isSlipOf, mixesScripts, skeletonOf } from './skeleton.ts'
import { namesOtherTool, suspiciousText } from './suspicious-text.ts'

/** The names that a new one is held against. */
export interface NamesAround {
  /** Of the same upstream, the definition's own name included. */
  readonly own: ReadonlySet<string>
  /** Of the other upstreams of the workspace, with the label of one that has it. */
  readonly others: ReadonlyMap<string, string>
}

/** Why a person should look at a definition before a model does. None is the common case. */
export function flagDefinition(definition: SeenDefinition, around: NamesAround): readonly DefinitionFlag[] {
  const flags: DefinitionFlag[] = definition.kind === 'tool' ? flagName(definition.name, around) : []
  const others = new Set(around.others.keys().filter((name) => !around.own.has(name)))
  const value: JsonValue = JSON.parse(definition.text)
  for (const [path, text] of textsOf(value, '')) {
    if (flags.length >= MAX_FLAGS) break
    const hidden = hiddenCharacters(text)
    if (hidden.length > 0) flags.push(flag('HIDDEN_CHARACTERS', path, hidden.join(', ')))
    const plain = withoutHidden(text)
    for (const { code, found } of suspiciousText(plain, path)) flags.push(flag(code, path, found))
    const named = namesOtherTool(plain, others)
    if (named !== undefined) flags.push(flag('DIRECTS_OTHER_TOOL', path, `${named} of ${around.others.get(named)}`))
  }
  return unique(flags).slice(0, MAX_FLAGS)
}

function flag(code: string, path: string, found: string): DefinitionFlag {
  const shown = revealHidden(found)
  return { code, path, found: shown.length > MAX_FOUND ? `${shown.slice(0, MAX_FOUND - 1)}…` : shown }
}

function flagName(name: string, { own, others }: NamesAround): DefinitionFlag[] {
  const flags: DefinitionFlag[] = []
  if (mixesScripts(name)) flags.push(flag('MIXED_SCRIPTS', '/name', name))
  const skeleton = skeletonOf(name)
  const alike = [...own, ...others.keys()].find((other) => other !== name && skeletonOf(other) === skeleton)
  if (alike !== undefined) flags.push(flag('LOOK_ALIKE_NAME', '/name', describe(alike, others)))
  const near = name.length < MIN_NEAR_NAME ? undefined : others.keys().find((other) => isSlipOf(name, other))
  if (near !== undefined && near !== alike) flags.push(flag('NEAR_NAME', '/name', describe(near, others)))
  return flags
}

function describe(name: string, others: ReadonlyMap<string, string>): string {
  const label = others.get(name)
  return label === undefined ? name : `${name} of ${label}`
}

/** All texts of a definition, names of members included, with their paths (RFC 6901). */
function* textsOf(value: JsonValue, path: string): Generator<readonly [path: string, text: string]> {
  if (typeof value === 'string') yield [path === '' ? '/' : path, value]
  else if (Array.isArray(value)) {
    for (const [index, element] of (value as readonly JsonValue[]).entries())
      yield* textsOf(element, `${path}/${index}`)
  } else if (isJsonObject(value)) {
    for (const [name, member] of Object.entries(value)) {
      const at = `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`
      yield [at, name]
      if (member !== undefined) yield* textsOf(member, at)
    }
  }
}

function unique(flags: readonly DefinitionFlag[]): readonly DefinitionFlag[] {
  const seen = new Map(flags.map((one) => [`${one.code}\0${one.path}`, one]))
  return [...seen.values()]
}
