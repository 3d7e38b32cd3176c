import type { HttpUpstream, PluginManifest, StdioUpstream } from '@nexus/plugin-api'
import type { UpstreamIdentity } from '../gateway/upstream/reconnecting-upstream.ts'
import type { Upstream } from '../gateway/upstream/upstream.ts'
import type { InstallationRow } from '../store/store.ts'
import type { AdmissionPorts } from './activate-plugin.ts'
import { admissionError } from './errors.ts'
import { type UpstreamSite, openHttpUpstream, openStdioUpstream } from './open-upstreams.ts'
import { trackCalls } from './track-calls.ts'

/** An upstream in the host's table. */
interface Plugged extends AsyncDisposable {
  /** Takes no new calls. */
  unplug(): void
  idle(): Promise<void>
}

/** Where one plugin's upstreams come and go; everything left at the end goes with the stack. */
export function plugUpstreams(
  row: InstallationRow,
  manifest: PluginManifest,
  ports: AdmissionPorts,
  stack: AsyncDisposableStack,
) {
  const plugged = new Map<string | undefined, Plugged>()
  const plug = (inner: Upstream, name: string | undefined): void => {
    const { upstream, idle } = trackCalls(inner)
    const registration = ports.upstreams.add(upstream)
    const unplug = () => registration[Symbol.dispose]()
    const entry: Plugged = {
      unplug,
      idle,
      async [Symbol.asyncDispose]() {
        unplug()
        await upstream[Symbol.asyncDispose]()
      },
    }
    plugged.set(name, stack.use(entry))
  }
  const siteOf = (name: string, transport: 'stdio' | 'http') => {
    checkDeclared(manifest, name, transport)
    if (plugged.has(name))
      throw admissionError('CONTRIBUTION_TWICE', `Expected the upstream \`${name}\` to be opened once.`)
    return describeSite(row, manifest, name, ports)
  }
  return {
    plug,
    scope: {
      stdio: (name: string, spec: StdioUpstream) => plug(openStdioUpstream(siteOf(name, 'stdio'), spec), name),
      http: (name: string, spec: HttpUpstream) => plug(openHttpUpstream(siteOf(name, 'http'), spec), name),
      async closeUpstream(name: string) {
        const entry = plugged.get(name)
        if (entry === undefined) return
        plugged.delete(name)
        await entry[Symbol.asyncDispose]()
      },
    },
    async drain() {
      for (const entry of plugged.values()) entry.unplug()
      await Promise.all([...plugged.values()].map((entry) => entry.idle()))
    },
  }
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
  row: InstallationRow,
  manifest: PluginManifest,
  name: string,
  ports: AdmissionPorts,
): UpstreamSite {
  const label = declaredUpstreams(manifest).length === 1 ? row.label : `${row.label}-${name}`.slice(0, 32)
  return {
    identity: identify(row, name, label),
    secrets: { workspaceId: row.workspaceId, config: row.config, grants: row.grants, reveal: ports.reveal },
    packagesDir: ports.packagesDir,
    npmEnvironment: ports.npmEnvironment,
    egress: ports.egress,
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
  }
}
