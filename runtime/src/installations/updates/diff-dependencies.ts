import type { PermissionChange } from '../../grants/index.ts'
import type { ReleaseFacts } from './registry-facts.ts'

/** Something that a plugin stands on and that came, went or changed. */
export interface DependencyChange {
  /** An npm package in its bundle, another plugin's tools, a program it starts, or a server behind it. */
  readonly kind: 'package' | 'plugin' | 'command' | 'host'
  readonly name: string
  readonly before?: string
  readonly after?: string
  readonly change: 'added' | 'removed' | 'changed'
}

const KINDS = { tools: 'plugin', processes: 'command', network: 'host' } as const

/** Dependencies by the bills of materials, where both releases have one, and by what is granted. */
export function diffDependencies(
  before: ReleaseFacts['components'],
  after: ReleaseFacts['components'],
  permissions: readonly PermissionChange[],
): readonly DependencyChange[] {
  const packages = before === undefined || after === undefined ? [] : diffPackages(before, after)
  const granted = permissions.flatMap(({ family, name, change }): DependencyChange[] => {
    if (change === 'same' || (family !== 'tools' && family !== 'processes' && family !== 'network')) return []
    return [{ kind: KINDS[family], name, change: change === 'wider' ? 'added' : 'removed' }]
  })
  // A host with one method more and one less is there before and after: its permission says so.
  const names = new Map<string, number>()
  for (const { kind, name } of granted) names.set(`${kind} ${name}`, (names.get(`${kind} ${name}`) ?? 0) + 1)
  const kept = new Set(permissions.filter(({ change }) => change === 'same').map(({ name }) => name))
  const whole = granted.filter(({ kind, name }) => names.get(`${kind} ${name}`) === 1 && !kept.has(name))
  return [...packages, ...whole]
}

function diffPackages(
  before: NonNullable<ReleaseFacts['components']>,
  after: NonNullable<ReleaseFacts['components']>,
): readonly DependencyChange[] {
  const old = versionsOf(before)
  const now = versionsOf(after)
  const came = [...now].flatMap(([name, version]): DependencyChange[] => {
    const was = old.get(name)
    if (was === undefined) return [{ kind: 'package', name, after: version, change: 'added' }]
    return was === version ? [] : [{ kind: 'package', name, before: was, after: version, change: 'changed' }]
  })
  const gone = [...old].flatMap(([name, version]): DependencyChange[] =>
    now.has(name) ? [] : [{ kind: 'package', name, before: version, change: 'removed' }],
  )
  return [...came, ...gone]
}

/** A bundle may hold several versions of one package. */
function versionsOf(components: NonNullable<ReleaseFacts['components']>): ReadonlyMap<string, string> {
  const versions = new Map<string, string[]>()
  for (const { name, version } of components) versions.set(name, [...(versions.get(name) ?? []), version])
  return new Map([...versions].map(([name, list]) => [name, list.toSorted().join(', ')]))
}
