import type { NexusError } from '@nexus/plugin-api'
import { catalogOf, contributed } from '../gateway/upstream/contributed.ts'
import type { Upstream, UpstreamCatalog, UpstreamKind, UpstreamTable } from '../gateway/upstream/upstream.ts'
import type { StateChange } from '../kernel/ports.ts'
import type { InstallationRow, Store } from '../store/store.ts'
import { meteringError } from './errors.ts'

/** An upstream as it was when its plugin still ran. */
interface Remembered {
  readonly id: string
  readonly label: string
  readonly kind: UpstreamKind
  readonly catalog: UpstreamCatalog
}

/**
 * Keeps the tools of a plugin that broke down listed and answers their calls with the reason, `PLUGIN_DOWN` while it is
 * started again and `PLUGIN_QUARANTINED` when a person must look: a tool that vanished would look like a mistake of the
 * client.
 */
export interface StandIns extends Disposable {
  /** Notes what an upstream offers while it runs. */
  remember(upstream: Upstream, catalog: UpstreamCatalog): void
  /** Stands in while the plugin has failed or is in quarantine, and steps aside when it is not. */
  changed(change: StateChange): Promise<void>
  forget(installationId: string): void
}

export function createStandIns(
  upstreams: Pick<UpstreamTable, 'add'>,
  store: { readonly installations: Pick<Store['installations'], 'get'> },
): StandIns {
  const remembered = new Map<string, Map<string, Remembered>>()
  const standing = new Map<string, Disposable>()
  /** The last thing heard of an installation; whatever waited for the database meanwhile is outdated. */
  const latest = new Map<string, StateChange>()
  const stepAside = (installationId: string): void => {
    standing.get(installationId)?.[Symbol.dispose]()
    standing.delete(installationId)
  }
  return {
    remember({ id, label, kind, installationId }, catalog) {
      const known = remembered.get(installationId) ?? new Map<string, Remembered>()
      remembered.set(installationId, known.set(id, { id, label, kind, catalog }))
    },
    async changed(change) {
      const { installationId } = change.entry
      latest.set(installationId, change)
      stepAside(installationId)
      if (change.state !== 'quarantined' && change.state !== 'failed') return
      const row = await store.installations.get(installationId)
      if (row === undefined || latest.get(installationId) !== change || standing.has(installationId)) return
      const ran = [...(remembered.get(installationId)?.values() ?? [])]
      // What never ran since the host started may have failed because it could not be verified: that is not offered.
      const faces = ran.length > 0 || change.state === 'failed' ? ran : facesOf(row)
      const why = whyOf(row, change)
      using stack = new DisposableStack()
      for (const face of faces) stack.use(upstreams.add(standIn(row, face, why)))
      standing.set(installationId, stack.move())
    },
    forget(installationId) {
      stepAside(installationId)
      remembered.delete(installationId)
      latest.delete(installationId)
    },
    [Symbol.dispose]() {
      for (const installationId of standing.keys()) stepAside(installationId)
    },
  }
}

/** What the signed manifest promises; all that is known right after a start of the host. */
function facesOf({ id, label, manifest }: InstallationRow): readonly Remembered[] {
  const catalog = catalogOf(manifest, contributed(manifest, undefined))
  return catalog.tools.length + catalog.prompts.length + catalog.resources.length + catalog.resourceTemplates.length > 0
    ? [{ id, label, kind: 'isolate', catalog }]
    : []
}

/** What a caller is told. */
function whyOf({ pluginId }: InstallationRow, { state, reason }: StateChange): NexusError {
  const said = reason?.message ?? 'No reason was given.'
  const details = { reason: said }
  if (state === 'failed') {
    const message = `Expected ${pluginId} to run, found it failed: ${said} It is started again; try again in a moment.`
    return meteringError('PLUGIN_DOWN', message, { details })
  }
  const message = `Expected ${pluginId} to run, found it in quarantine: ${said} An admin can release it.`
  return meteringError('PLUGIN_QUARANTINED', message, { details })
}

function standIn(row: InstallationRow, { id, label, kind, catalog }: Remembered, why: NexusError): Upstream {
  const { code, message } = why
  const at = new Date()
  return {
    id,
    installationId: row.id,
    pluginId: row.pluginId,
    workspaceId: row.workspaceId,
    label,
    kind,
    state: () => 'failed',
    lastError: () => ({ code, message, at }),
    catalog: () => Promise.resolve(catalog),
    request: () => Promise.reject(why),
    onChange: () => ({ [Symbol.dispose]: () => undefined }),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}
