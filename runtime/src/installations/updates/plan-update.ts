import type { JsonObject } from '@nexus/plugin-api'
import { diffPermissions } from '../../grants/index.ts'
import type { ChainLink } from '../../contract/index.ts'
import type { InstallationRow } from '../../store/store.ts'
import { ownRow } from '../own-row.ts'
import { planRelease, settle } from '../plan-install.ts'
import type { CheckedRelease, InstallerPorts } from '../ports.ts'
import { changelogBetween } from './changelog-between.ts'
import { carryOver, privateTargets } from './carry-over.ts'
import { diffManifestDefinitions, isDynamic } from './diff-definitions.ts'
import { diffDependencies } from './diff-dependencies.ts'
import { diffSandbox } from './diff-sandbox.ts'
import { expansionsOf } from './expansions.ts'
import { findRelease } from './find-release.ts'
import { noticesOf } from './notices.ts'
import type { PluginFacts } from './registry-facts.ts'
import type { KnownFacts, UpdatePlanFacts } from './update-plan.ts'

/** What going to another release would change. The present settings are kept as far as the release knows them. */
export async function planUpdate(
  ports: InstallerPorts,
  workspaceId: string,
  installationId: string,
  request: { readonly to?: string | undefined; readonly config: JsonObject },
): Promise<UpdatePlanFacts> {
  const row = await ownRow(ports, workspaceId, installationId)
  return await planRelation(ports, row, await findRelease(ports, row, request.to), request.config)
}

/** The same for a release that was found already. */
export async function planRelation(
  ports: InstallerPorts,
  row: InstallationRow,
  release: CheckedRelease,
  config: JsonObject,
): Promise<UpdatePlanFacts> {
  const { manifest } = release
  const plan = await planRelease(ports, row.workspaceId, release, { config: carryOver(row, release, config) })
  const written = carryOver(row, release, config)
  const { grants } = await settle(ports, row.workspaceId, manifest, written, privateTargets(row))
  const permissions = diffPermissions(row.grants, grants)
  const known = await askRegistry(ports, row, manifest.version)
  const definitions = diffManifestDefinitions(row.manifest, manifest)
  const sandbox = diffSandbox(ports, row, manifest)
  const dependencies = diffDependencies(known.before?.components, known.after?.components, permissions)
  const signer = await compareSigners(ports, row, release)
  const holdsDefinitions = (await ports.store.definitions.setting(row.id))?.approval !== 'auto'
  const isNewlyDynamic = isDynamic(manifest) && !isDynamic(row.manifest)
  const found = { permissions, sandbox, dependencies, signer, definitions, holdsDefinitions, isNewlyDynamic }
  const expanded = expansionsOf(found)
  const policy = await ports.store.updates.policy(row.workspaceId)
  const offer = await ports.store.updates.offer(row.id)
  return {
    plan,
    fromVersion: row.version,
    permissions,
    sandbox,
    definitions,
    dependencies,
    signer,
    ...releaseFacts(known.plugin, row, manifest.version),
    scan: known.after?.scan,
    notices: await noticesOf(ports, row, manifest.version, known),
    expanded,
    needsSecondApprover: policy?.secondApprover === true && expanded.length > 0,
    approvedBy: offer?.consentDigest === plan.consentDigest ? offer.approvedByName : undefined,
  }
}

function releaseFacts(plugin: PluginFacts | undefined, { version: from }: InstallationRow, to: string) {
  const listed = (version: string) => plugin?.releases.find((release) => release.version === version)
  return {
    size: { before: listed(from)?.sizeBytes, after: listed(to)?.sizeBytes },
    publishedAt: listed(to)?.publishedAt,
    changelogHtml: changelogBetween(plugin?.changelogHtml ?? '', from, to),
  }
}

/** For showing only: a registry that does not answer leaves it out, what decides was verified without it. */
async function askRegistry({ registry }: InstallerPorts, row: InstallationRow, to: string): Promise<KnownFacts> {
  const asked = await Promise.allSettled([
    registry.plugin(row.pluginId),
    registry.release(row.pluginId, row.version),
    registry.release(row.pluginId, to),
  ])
  const [plugin, before, after] = asked
  return { plugin: valueOf(plugin), before: valueOf(before), after: valueOf(after) }
}

function valueOf<Value>(result: PromiseSettledResult<Value>): Value | undefined {
  return result.status === 'fulfilled' ? result.value : undefined
}

async function compareSigners(
  ports: Pick<InstallerPorts, 'releases'>,
  row: InstallationRow,
  release: CheckedRelease,
): Promise<UpdatePlanFacts['signer']> {
  const before = signerOf(await ports.releases.chainOf(row.bundleDigest))
  const after = signerOf(release.chain)
  if (release.newSigner) return { change: 'changed', before, after }
  if (before === '' || after === '') return { change: 'unknown', before, after }
  return { change: before === after ? 'same' : 'changed', before, after }
}

function signerOf(chain: readonly ChainLink[]): string {
  return chain.find(({ layer }) => layer === 'publisher')?.by ?? ''
}
