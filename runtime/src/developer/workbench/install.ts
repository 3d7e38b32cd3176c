import { randomUUID } from 'node:crypto'
import type { ConfigValues, JsonObject, PluginManifest } from '@nexus/plugin-api'
import type { openGateway } from '../../gateway/index.ts'
import { resolveGrants, uncovered } from '../../grants/index.ts'
import { type Principal, systemPrincipal } from '../../identity/principal.ts'
import { checkConfig } from '../../installations/config-values.ts'
import { entryOf } from '../../installations/entry.ts'
import type { PluginStatus } from '../../kernel/kernel.ts'
import type { SandboxLimits } from '../../sandbox/profile.ts'
import { limitsFor } from '../../sandbox/limits-for.ts'
import type { Foundation } from '../../start/open-foundation.ts'
import type { Plugins } from '../../start/open-plugins.ts'
import type { InstallationRow } from '../../store/store.ts'
import { developerError } from '../errors.ts'
import type { BuiltPlugin } from '../project/build-plugin.ts'
import type { WorkbenchListener } from './events.ts'
import type { BuiltReleases } from './releases.ts'
import { secretConfig } from './secret-config.ts'
import type { Site, Sites, World } from './site.ts'

export interface InstallOptions {
  /** Absent: one of its own. */
  readonly workspaceId?: string
  /** Values of fields that are no secrets. */
  readonly config: JsonObject
  /** Values of secret fields, by `field`, or `field.NAME` where a field takes several. */
  readonly secrets: Readonly<Record<string, string>>
  /** `host:port` of granted targets that may be private, for a server on this machine. */
  readonly allowPrivateAddresses: readonly string[]
  /** Kept in storage under this id, so that it is the same plugin the next time. */
  readonly installationId?: string
  readonly world: World
  readonly listener: WorkbenchListener
}

/** The rooms of the workbench. */
export interface BenchRooms {
  readonly base: Foundation
  readonly gateway: ReturnType<typeof openGateway>
  readonly plugins: Plugins
  readonly releases: BuiltReleases
  readonly sites: Sites
}

/** A plugin on the bench. */
export interface Installed extends AsyncDisposable {
  readonly row: InstallationRow
  readonly site: Site
  readonly rooms: BenchRooms
  readonly principal: Principal
  readonly limits: SandboxLimits
  /** What another build asks beyond what was granted, in words; empty when nothing. */
  widened(plugin: BuiltPlugin): readonly string[]
  /** Stops it and starts it again; a clock that stands still goes on where `clockMs` says. */
  restart(clockMs?: number): Promise<void>
  /** Runs another build in its place, under live calls. Rejects, and leaves the old one, when it does not start. */
  reload(plugin: BuiltPlugin): Promise<void>
}

/** Grants what the manifest asks, and starts the plugin. Rejects with why it does not start. */
export async function installOn(rooms: BenchRooms, plugin: BuiltPlugin, options: InstallOptions): Promise<Installed> {
  const { base, plugins, releases, sites } = rooms
  const isKept = options.installationId !== undefined
  const workspaceId = options.workspaceId ?? (await addWorkspace(rooms))
  const principal = systemPrincipal(workspaceId)
  const installationId = options.installationId ?? randomUUID()
  const site: Site = { world: options.world, listener: options.listener, onTheWay: new Set(), sandbox: undefined }
  sites.byInstallation.set(installationId, site)
  const following = base.log.follow(installationId, ({ level, message }) =>
    options.listener({ event: 'log', level, message }),
  )
  releases.add(plugin)
  const rowFor = async (built: BuiltPlugin): Promise<InstallationRow> =>
    makeRow(
      built,
      { id: installationId, workspaceId },
      options,
      await settle(rooms, principal, built.manifest, options),
    )
  let row = await rowFor(plugin)
  await write(rooms, row)
  const close = async (): Promise<void> => {
    if (plugins.kernel.status(row.id) !== undefined) await plugins.kernel.remove(row.id)
    base.guards.release(row.id)
    if (!isKept) {
      await base.store.installations.remove(row.id)
      await base.files.forget(row.id)
    }
    following[Symbol.dispose]()
    sites.byInstallation.delete(row.id)
  }
  base.guards.expect(row)
  await plugins.kernel.add(entryOf(row)).then((status) => requireActive(status, close), closeAndThrow(close))
  return {
    get row() {
      return row
    },
    get limits() {
      return limitsOf(rooms, row)
    },
    site,
    rooms,
    principal,
    widened: ({ manifest }) =>
      uncovered(resolveGrants(manifest, row.config, { allowPrivateAddresses: [] }), row.grants),
    async restart(clockMs) {
      if (clockMs !== undefined) site.world = { ...site.world, clockMs }
      await plugins.kernel.restart(entryOf(row)).then((status) => requireActive(status, () => Promise.resolve()))
    },
    async reload(built) {
      releases.add(built)
      const next = await rowFor(built)
      await swap(rooms, row, next)
      row = next
    },
    [Symbol.asyncDispose]: close,
  }
}

async function addWorkspace({ base }: BenchRooms): Promise<string> {
  const id = randomUUID()
  await base.store.workspaces.insert({ id, name: id, title: 'Test', createdAt: new Date() })
  return id
}

/** What it stored stays where it was here before. */
async function write({ base }: BenchRooms, row: InstallationRow): Promise<void> {
  const { id, createdAt: _, ...changed } = row
  if ((await base.store.installations.get(id)) === undefined) await base.store.installations.insert(row)
  else await base.store.installations.update(id, changed)
}

async function swap({ base, plugins }: BenchRooms, from: InstallationRow, to: InstallationRow): Promise<void> {
  const { id, createdAt: _, ...changed } = to
  const status = await plugins.kernel.swap({
    entry: entryOf(to),
    fromVersion: from.version,
    toVersion: to.version,
    from,
    to,
    commit: () => base.store.installations.update(id, changed),
    revert: () => Promise.resolve(),
    finished: () => undefined,
  })
  await requireActive(status, () => Promise.resolve())
}

async function requireActive({ state, reason }: PluginStatus, close: () => Promise<void>): Promise<void> {
  if (state === 'active') return
  await close()
  throw developerError('BENCH_START', reason?.message ?? `Expected the plugin to start, found it ${state}.`, {
    details: { code: reason?.code ?? state },
  })
}

function closeAndThrow(close: () => Promise<void>) {
  return async (error: unknown): Promise<never> => {
    await close()
    throw error
  }
}

/** Secrets written, configuration complete. */
async function settle(
  { base }: BenchRooms,
  principal: Principal,
  manifest: PluginManifest,
  { config, secrets }: InstallOptions,
): Promise<ConfigValues> {
  for (const [name, value] of Object.entries(secrets))
    await base.secrets.put(principal, name, value, `workbench-${manifest.id}`)
  const { values, issues } = checkConfig(manifest, { ...config, ...secretConfig(manifest, Object.keys(secrets)) })
  if (issues.length === 0) return values
  const found = issues.map(({ path, message }) => `${path}: ${message}`).join('; ')
  throw developerError('BENCH_CONFIG', `Expected a complete configuration, found ${found}`, { details: { issues } })
}

function makeRow(
  { manifest, digest }: BuiltPlugin,
  ids: Pick<InstallationRow, 'id' | 'workspaceId'>,
  { allowPrivateAddresses }: InstallOptions,
  config: ConfigValues,
): InstallationRow {
  const now = new Date()
  return {
    ...ids,
    pluginId: manifest.id,
    version: manifest.version,
    bundleDigest: digest,
    manifest,
    config,
    grants: resolveGrants(manifest, config, { allowPrivateAddresses }),
    profile: manifest.sandbox.profile,
    enabled: true,
    label: manifest.id.split('/')[1] ?? 'plugin',
    quarantine: undefined,
    installedBy: 'author',
    createdAt: now,
    updatedAt: now,
  }
}

function limitsOf({ base }: BenchRooms, { profile, manifest }: InstallationRow): SandboxLimits {
  const found = base.profiles.get(profile)
  if (found === undefined)
    throw developerError('BENCH_START', `Expected a sandbox profile of this host, found \`${profile}\`.`)
  return limitsFor(found, manifest.sandbox.limits)
}
