import type { PluginManifest } from '@nexus/plugin-api'
import type { SandboxRegistrations } from '../sandbox.ts'
import { readText, registrationsSchema } from './frame-schemas.ts'

type Point = 'tools' | 'resources' | 'prompts' | 'policies' | 'upstreams'

/** Names that the manifest declares at one contribution point. */
export function declaredNames(manifest: PluginManifest, point: Point): readonly string[] {
  const contributes: Readonly<Record<string, unknown>> = manifest.contributes
  const entries = contributes[point]
  return Array.isArray(entries) ? entries.map((entry: { readonly name: string }) => entry.name) : []
}

/** What an adapter may define at run time. */
export function learnt({ contributes }: PluginManifest): {
  readonly toolsDynamic: boolean
  readonly resourcesDynamic: boolean
  readonly promptsDynamic: boolean
} {
  return {
    toolsDynamic: 'toolsDynamic' in contributes && contributes.toolsDynamic,
    resourcesDynamic: 'resourcesDynamic' in contributes && contributes.resourcesDynamic,
    promptsDynamic: 'promptsDynamic' in contributes && contributes.promptsDynamic,
  }
}

/** Names under which values of arguments and variables are asked for: `prompt:<name>:<argument>`, `resource:…`. */
export function declaredCompletions({ contributes }: PluginManifest): readonly string[] {
  const prompts = 'prompts' in contributes ? contributes.prompts : []
  const resources = 'resources' in contributes ? contributes.resources : []
  return [
    ...prompts.flatMap(({ name, completions = [] }) => completions.map((of) => `prompt:${name}:${of}`)),
    ...resources.flatMap((resource) =>
      'completions' in resource ? (resource.completions ?? []).map((of) => `resource:${resource.name}:${of}`) : [],
    ),
  ]
}

/** Events that the plugin asks to hear, optional ones included: whether it does hear them is a matter of grants. */
export function declaredEvents({ permissions, optionalPermissions }: PluginManifest): readonly string[] {
  return [...(permissions.events ?? []), ...(optionalPermissions.events ?? [])]
    .filter(({ direction }) => direction === 'subscribe')
    .map(({ event }) => event)
}

export function declaredSchedules({ permissions, optionalPermissions }: PluginManifest): readonly string[] {
  return [...(permissions.schedules ?? []), ...(optionalPermissions.schedules ?? [])].map(({ name }) => name)
}

/** Everything that the manifest promises: what a plugin offers before its code was loaded. */
export function declaredRegistrations(manifest: PluginManifest): SandboxRegistrations {
  return {
    tools: declaredNames(manifest, 'tools'),
    resources: declaredNames(manifest, 'resources'),
    prompts: declaredNames(manifest, 'prompts'),
    policies: declaredNames(manifest, 'policies'),
    events: declaredEvents(manifest),
    schedules: declaredSchedules(manifest),
    completions: declaredCompletions(manifest),
  }
}

/** What the guest says it registered, less everything that the manifest does not declare. */
export function readRegistrations(text: string, manifest: PluginManifest): SandboxRegistrations | undefined {
  const said = readText(registrationsSchema, text)
  if (said === undefined) return undefined
  const { toolsDynamic, resourcesDynamic, promptsDynamic } = learnt(manifest)
  const learns = (point: Point): boolean =>
    (point === 'tools' && toolsDynamic) ||
    (point === 'resources' && resourcesDynamic) ||
    (point === 'prompts' && promptsDynamic)
  const declared = (point: Exclude<Point, 'upstreams'>): readonly string[] => {
    const known = new Set(declaredNames(manifest, point))
    return said[point].filter((name) => known.has(name) || learns(point))
  }
  return {
    tools: declared('tools'),
    resources: declared('resources'),
    prompts: declared('prompts'),
    policies: declared('policies'),
    events: onlyDeclared(said.events, declaredEvents(manifest)),
    schedules: onlyDeclared(said.schedules, declaredSchedules(manifest)),
    completions: onlyDeclared(said.completions, declaredCompletions(manifest)),
  }
}

function onlyDeclared(said: readonly string[], declared: readonly string[]): readonly string[] {
  const names = new Set(declared)
  return said.filter((name) => names.has(name))
}
