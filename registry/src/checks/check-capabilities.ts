import type { PermissionFamily, PluginManifest } from '@nexus/plugin-api'
import { type CodeFacts, callsMember, lineAt } from './code-facts.ts'
import { type Finding, finding } from './finding.ts'

/** A call that only works with a grant. */
interface Capability {
  readonly object: string
  readonly members: readonly string[]
  readonly family: PermissionFamily
}

const CAPABILITIES: readonly Capability[] = [
  { object: 'network', members: ['fetch'], family: 'network' },
  { object: 'upstreams', members: ['http'], family: 'network' },
  { object: 'files', members: ['read', 'readText', 'write', 'list', 'stat', 'remove'], family: 'files' },
  { object: 'secrets', members: ['read'], family: 'secrets' },
  { object: 'tools', members: ['call'], family: 'tools' },
  { object: 'upstreams', members: ['stdio'], family: 'processes' },
  { object: 'events', members: ['on', 'emit'], family: 'events' },
  { object: 'schedule', members: ['handle'], family: 'schedules' },
]

/** Names without which code cannot use a grant, however it is written. Families that code does not use are not listed. */
const TRACES: Partial<Record<PermissionFamily, readonly string[]>> = {
  network: ['network', 'upstreams'],
  files: ['files'],
  secrets: ['secrets', 'secretHeaders', 'secretEnv', 'oauthClient'],
  tools: ['call'],
  processes: ['upstreams'],
  events: ['events'],
  schedules: ['schedule'],
  client: ['elicit', 'sample', 'roots', 'inputRequests', 'inputRequired'],
}

/** Compares what code asks its context for with what the manifest asks the admin for. */
export function checkCapabilities(code: string, facts: CodeFacts, manifest: PluginManifest): readonly Finding[] {
  const file = manifest.main
  const asked = (family: PermissionFamily) =>
    (manifest.permissions[family]?.length ?? 0) + (manifest.optionalPermissions[family]?.length ?? 0) > 0
  const undeclared = CAPABILITIES.filter(({ family }) => !asked(family)).flatMap(({ object, members, family }) => {
    const call = facts.calls.find((candidate) => members.some((member) => callsMember(candidate, object, member)))
    if (call === undefined) return []
    const used = call.callee.slice(-2).join('.')
    return finding(
      'PERMISSION_UNDECLARED',
      { file, line: lineAt(code, call.at) },
      `Expected a \`${family}\` permission for \`${used}\`, found none in the manifest: the call will be denied.`,
    )
  })
  const unused = Object.entries(TRACES).flatMap(([family, names]) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of a table written above
    if (!asked(family as PermissionFamily) || names.some((name) => facts.names.has(name))) return []
    return finding(
      'PERMISSION_UNUSED',
      { file: 'nexus.plugin.json' },
      `Expected code that uses the \`${family}\` permission, found none. Ask for what is used only.`,
    )
  })
  return [...undeclared, ...unused]
}
