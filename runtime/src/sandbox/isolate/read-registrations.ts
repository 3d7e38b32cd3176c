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

export function hasDynamicTools(manifest: PluginManifest): boolean {
  return manifest.kind === 'mcp-adapter' && manifest.contributes.toolsDynamic
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
  }
}

/** What the guest says it registered, less everything that the manifest does not declare. */
export function readRegistrations(text: string, manifest: PluginManifest): SandboxRegistrations | undefined {
  const said = readText(registrationsSchema, text)
  if (said === undefined) return undefined
  const declared = (point: Exclude<Point, 'upstreams'>): readonly string[] => {
    const known = new Set(declaredNames(manifest, point))
    return said[point].filter((name) => known.has(name) || (point === 'tools' && hasDynamicTools(manifest)))
  }
  return {
    tools: declared('tools'),
    resources: declared('resources'),
    prompts: declared('prompts'),
    policies: declared('policies'),
    events: onlyDeclared(said.events, declaredEvents(manifest)),
    schedules: onlyDeclared(said.schedules, declaredSchedules(manifest)),
  }
}

function onlyDeclared(said: readonly string[], declared: readonly string[]): readonly string[] {
  const names = new Set(declared)
  return said.filter((name) => names.has(name))
}
