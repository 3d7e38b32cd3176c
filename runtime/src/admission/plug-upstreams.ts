import type { HttpUpstream, PluginManifest, StdioUpstream } from '@nexus/plugin-api'
import type { UpstreamIdentity } from '../gateway/upstream/reconnecting-upstream.ts'
import type { Upstream } from '../gateway/upstream/upstream.ts'
import { networkGrantName } from '../grants/index.ts'
import type { InstallationRow } from '../store/store.ts'
import type { AdmissionPorts, PluginFacts } from './activate-plugin.ts'
import { createHistogram, quantile } from '../telemetry/index.ts'
import { admissionError } from './errors.ts'
import { type UpstreamSite, openHttpUpstream, openStdioUpstream } from './open-upstreams.ts'
import { type CallCounts, trackCalls } from './track-calls.ts'

/** The share of calls that is looked at to tell whether a side is slow. */
const SLOW_SHARE = 0.95

/** An upstream of one side of an installation. */
interface Plugged extends AsyncDisposable {
  readonly upstream: Upstream
  idle(): Promise<void>
}

/**
 * The upstreams of one side of an installation. Until `plug` they are made and can be asked, but nobody is sent to
 * them; everything left at the end goes with the stack.
 */
export function plugUpstreams(
  plugin: Pick<PluginFacts, 'row' | 'manifest' | 'limits'>,
  ports: AdmissionPorts,
  stack: AsyncDisposableStack,
) {
  const { row, manifest } = plugin
  const { sockets } = ports
  const plugged = new Map<string | undefined, Plugged>()
  const counts = { calls: 0, failures: 0, latency: createHistogram() }
  let isLive = false
  const make = (inner: Upstream, name: string | undefined): void => {
    const { upstream, idle } = trackCalls(ports.metering.upstream(inner, row), counts)
    const entry: Plugged = {
      upstream,
      idle,
      async [Symbol.asyncDispose]() {
        sockets.unplug(upstream)
        await upstream[Symbol.asyncDispose]()
      },
    }
    plugged.set(name, stack.use(entry))
    if (isLive) sockets.plug(upstream)
  }
  const siteOf = (name: string, transport: 'stdio' | 'http') => {
    checkDeclared(manifest, name, transport)
    if (plugged.has(name))
      throw admissionError('CONTRIBUTION_TWICE', `Expected the upstream \`${name}\` to be opened once.`)
    return describeSite(plugin, name, ports)
  }
  const all = (): readonly Upstream[] => [...plugged.values()].map(({ upstream }) => upstream)
  return {
    make,
    scope: {
      stdio: (name: string, spec: StdioUpstream) => make(openStdioUpstream(siteOf(name, 'stdio'), spec), name),
      http: (name: string, spec: HttpUpstream) => make(openHttpUpstream(siteOf(name, 'http'), spec), name),
      async closeUpstream(name: string) {
        const entry = plugged.get(name)
        if (entry === undefined) return
        plugged.delete(name)
        await entry[Symbol.asyncDispose]()
      },
    },
    all,
    plug() {
      sockets.set(row.id, all())
      isLive = true
    },
    /** Another side took over. */
    replaced() {
      isLive = false
    },
    hold: () => sockets.hold(row.id),
    async drain() {
      isLive = false
      for (const upstream of all()) sockets.unplug(upstream)
      await Promise.all([...plugged.values()].map((entry) => entry.idle()))
    },
    health: () => healthOf(counts),
  }
}

function healthOf({ calls, failures, latency }: CallCounts) {
  return { calls, failures, slowMs: quantile(latency, SLOW_SHARE) ?? undefined }
}

function checkDeclared(manifest: PluginManifest, name: string, transport: 'stdio' | 'http'): void {
  if (declaredUpstreams(manifest).some((entry) => entry.name === name && entry.transport === transport)) return
  throw admissionError(
    'CONTRIBUTION_UNKNOWN',
    `Expected an upstream \`${name}\` of transport ${transport} in the manifest of ${manifest.id}, found none.`,
  )
}

function declaredUpstreams(manifest: PluginManifest) {
  return 'upstreams' in manifest.contributes ? manifest.contributes.upstreams : []
}

function describeSite(
  { row, manifest, limits }: Pick<PluginFacts, 'row' | 'manifest' | 'limits'>,
  name: string,
  ports: AdmissionPorts,
): UpstreamSite {
  const label = declaredUpstreams(manifest).length === 1 ? row.label : `${row.label}-${name}`.slice(0, 32)
  return {
    identity: identify(row, name, label),
    secrets: {
      workspaceId: row.workspaceId,
      config: row.config,
      grants: row.grants,
      reveal: ports.reveal,
      revealOwn: ports.revealOwn,
    },
    packagesDir: ports.packagesDir,
    npmEnvironment: ports.npmEnvironment,
    egress: ports.egress,
    authorizations: ports.authorizations,
    processes: {
      minimum: ports.processes.minimum,
      limits: ports.processes.limits,
      refused: (error) => ports.processes.refused(row, error),
      breached: (breach) => ports.metering.observer(row, limits).breached?.(breach),
    },
    watch: {
      sending({ grant }, verb, bytes) {
        ports.metering.granted(row, { family: 'network', name: networkGrantName(grant), verb })
        ports.metering.egress(row, bytes)
      },
      received: (bytes) => ports.metering.egress(row, bytes),
    },
    log: (level, message) => ports.log(row.id, level, message),
  }
}

export function identify(row: InstallationRow, name: string | undefined, label: string): UpstreamIdentity {
  return {
    id: name === undefined ? row.id : `${row.id}:${name}`,
    installationId: row.id,
    pluginId: row.pluginId,
    workspaceId: row.workspaceId,
    label,
    tags: [...row.manifest.keywords, row.manifest.kind],
  }
}
