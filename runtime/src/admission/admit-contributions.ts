import type { ContributionPoint, PluginManifest } from '@nexus/plugin-api'
import type { AskGrants } from '../gateway/upstream/ask-client.ts'
import { type IsolateUpstream, createIsolateUpstream } from '../gateway/upstream/create-isolate-upstream.ts'
import type { UpstreamIdentity } from '../gateway/upstream/reconnecting-upstream.ts'
import type { PolicyPack } from '../policy/index.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'
import { declaredCompletions } from '../sandbox/isolate/read-registrations.ts'
import { admissionError } from './errors.ts'
import { type Learnt, learnsAnything } from './learnt.ts'

/** Contribution points that this host has no room for yet; a plugin that uses one is refused before it is installed. */
const NOT_ACCEPTED: ReadonlySet<ContributionPoint> = new Set(['authProviders', 'connectors', 'panels'])

/** Refuses a manifest whose contributions this host cannot serve. */
export function checkAccepted(manifest: PluginManifest): void {
  for (const [point, entries] of Object.entries(manifest.contributes)) {
    if (!Array.isArray(entries) || entries.length === 0) continue
    if (isNotAccepted(point)) {
      throw admissionError(
        'CONTRIBUTION_NOT_ACCEPTED',
        `Expected contributions that this version of Nexus takes, found \`${point}\` in ${manifest.id} ${manifest.version}.`,
      )
    }
  }
}

/** Whether this host has room for contributions at this point. */
export function isAccepted(point: ContributionPoint): boolean {
  return !NOT_ACCEPTED.has(point)
}

function isNotAccepted(point: string): boolean {
  return [...NOT_ACCEPTED].some((name) => name === point)
}

/** Every name that the manifest promises must have a handler: a listed tool that nobody serves is a lie to the client. */
export function checkRegistrations(manifest: PluginManifest, sandbox: Sandbox): void {
  const { contributes } = manifest
  const { registrations } = sandbox
  const promised: readonly (readonly [string, readonly { readonly name: string }[], readonly string[]])[] = [
    ['tool', 'tools' in contributes ? contributes.tools : [], registrations.tools],
    ['resource', 'resources' in contributes ? contributes.resources : [], registrations.resources],
    ['prompt', 'prompts' in contributes ? contributes.prompts : [], registrations.prompts],
    ['completion', declaredCompletions(manifest).map((name) => ({ name })), registrations.completions],
    ['schedule', manifest.permissions.schedules ?? [], registrations.schedules],
    ['policy', 'policies' in contributes ? contributes.policies : [], registrations.policies],
  ]
  for (const [what, declared, handled] of promised) {
    const missing = declared.find(({ name }) => !handled.includes(name))
    if (missing === undefined) continue
    throw admissionError(
      'CONTRIBUTION_MISSING',
      `Expected a handler for the ${what} \`${missing.name}\` after activation, found none.`,
    )
  }
}

/** The upstream of what runs in the sandbox itself; `undefined` when there is nothing to call. */
export function admitTools(
  identity: UpstreamIdentity,
  manifest: PluginManifest,
  sandbox: Sandbox,
  learnt: Learnt,
  asks: AskGrants,
): IsolateUpstream | undefined {
  const { contributes } = manifest
  const fixed = ['tools', 'resources', 'prompts'].some((point) =>
    Object.entries(contributes).some(
      ([name, entries]) => name === point && Array.isArray(entries) && entries.length > 0,
    ),
  )
  if (!fixed && !learnsAnything(manifest)) return undefined
  const upstream = createIsolateUpstream({
    identity,
    manifest,
    sandbox: async () => sandbox,
    learnt: learnt.list,
    asks,
  })
  learnt.onChange((kind) => upstream.changed(kind))
  return upstream
}

/** The policies of a pack, asked through its sandbox. */
export function policyPack(
  identity: UpstreamIdentity,
  manifest: PluginManifest,
  sandbox: Sandbox,
): PolicyPack | undefined {
  if (manifest.kind !== 'policy-pack' || manifest.contributes.policies.length === 0) return undefined
  return {
    installationId: identity.installationId,
    pluginId: manifest.id,
    workspaceId: identity.workspaceId,
    version: manifest.version,
    policies: manifest.contributes.policies.map(({ name, stage }) => ({ name, stage })),
    ask: (name, event, signal, requestId) =>
      sandbox.invoke({
        handler: 'policy',
        name,
        payload: event,
        requestId,
        principal: { id: 'system', displayName: 'Nexus' },
        signal,
      }),
  }
}
