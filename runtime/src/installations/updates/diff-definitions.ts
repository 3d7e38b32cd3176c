import type { JsonValue, PluginManifest } from '@nexus/plugin-api'
import { canonicalJson } from '../../gateway/canonical-json.ts'
import { diffDefinitions, flagDefinition } from '../../gateway/drift/index.ts'
import type { DefinitionFlag } from '../../store/definition.ts'

/** What became of one signed definition of a plugin. */
export interface DefinitionChange {
  readonly kind: 'tool' | 'prompt' | 'resource'
  readonly name: string
  readonly change: 'added' | 'removed' | 'changed'
  /** Lines of the indented definition, hidden characters written out. */
  readonly diff: ReturnType<typeof diffDefinitions>
  /** Why a person should look at it before a model does. */
  readonly flags: readonly DefinitionFlag[]
}

interface Definition {
  readonly kind: DefinitionChange['kind']
  readonly name: string
  readonly text: string
}

/** Tools, prompts and resources that a manifest adds, removes or changes against another. Equal ones are left out. */
export function diffManifestDefinitions(before: PluginManifest, after: PluginManifest): readonly DefinitionChange[] {
  const old = definitionsOf(before)
  const now = definitionsOf(after)
  const own = new Set([...now.values()].filter(({ kind }) => kind === 'tool').map(({ name }) => name))
  const around = { own, others: new Map<string, string>() }
  const removed = [...old].flatMap(([key, { kind, name, text }]): DefinitionChange[] => {
    if (now.has(key)) return []
    // The same lines, taken away instead of added.
    const diff = diffDefinitions(undefined, text).map((line) => ({ ...line, change: 'removed' as const }))
    return [{ kind, name, change: 'removed', diff, flags: [] }]
  })
  const changed = [...now].flatMap(([key, { kind, name, text }]): DefinitionChange[] => {
    const was = old.get(key)?.text
    if (was === text) return []
    const seen = { kind: kind === 'tool' ? ('tool' as const) : ('prompt' as const), name, text, digest: '' }
    const flags = flagDefinition(seen, around)
    return [{ kind, name, change: was === undefined ? 'added' : 'changed', diff: diffDefinitions(was, text), flags }]
  })
  return [...changed, ...removed]
}

/** May its code define more than its manifest does, while it runs? */
export function isDynamic({ contributes }: PluginManifest): boolean {
  return Object.entries(contributes).some(([point, value]) => point.endsWith('Dynamic') && value === true)
}

function definitionsOf({ contributes }: PluginManifest): ReadonlyMap<string, Definition> {
  const found = new Map<string, Definition>()
  const add = (kind: Definition['kind'], name: string, definition: object): void => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a parsed manifest is JSON
    const text = canonicalJson(definition as JsonValue)
    if (text !== undefined) found.set(`${kind}\0${name}`, { kind, name, text })
  }
  if ('tools' in contributes) for (const tool of contributes.tools) add('tool', tool.name, tool)
  if ('prompts' in contributes) for (const prompt of contributes.prompts) add('prompt', prompt.name, prompt)
  if ('resources' in contributes) {
    for (const resource of contributes.resources) add('resource', resourceName(resource), resource)
  }
  return found
}

function resourceName(resource: object): string {
  for (const key of ['uri', 'uriTemplate', 'name']) {
    const value: unknown = Reflect.get(resource, key)
    if (typeof value === 'string') return value
  }
  return ''
}
