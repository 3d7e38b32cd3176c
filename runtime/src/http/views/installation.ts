import type { InstallationDetail, InstallationView, LogLineView } from '../../contract/index.ts'
import { capabilityStrip, targetName } from '../../grants/index.ts'
import type { Upstream } from '../../gateway/upstream/upstream.ts'
import type { SwapStatus } from '../../kernel/ports.ts'
import type { LogLine } from '../../telemetry/index.ts'
import type { Translate } from '../language.ts'
import type { InstallationDetailFacts, InstallationFacts } from '../ports.ts'
import { configFieldViews } from './config-field.ts'
import { permissionViews } from './permission.ts'
import { upstreamView } from './upstream.ts'

export function installationView(facts: InstallationFacts, translate: Translate): InstallationView {
  const { row, state, reason, swap, notice, usage, installedBy } = facts
  return {
    id: row.id,
    pluginId: row.pluginId,
    displayName: translate(row.manifest.displayName),
    description: translate(row.manifest.description),
    kind: row.manifest.kind,
    version: row.version,
    label: row.label,
    enabled: row.enabled,
    state,
    ...(reason !== undefined && { stateReason: { ...reason } }),
    ...(swap !== undefined && { swap: swapView(swap) }),
    ...(notice !== undefined && { notice }),
    strip: capabilityStrip(row.manifest.permissions),
    usage: { ...usage },
    createdAt: row.createdAt.toISOString(),
    installedBy,
  }
}

export function logLineView({ sequence, at, level, message }: LogLine): LogLineView {
  return { sequence, at: at.toISOString(), level, message }
}

function swapView({ phase, fromVersion, toVersion, at, reason }: SwapStatus): NonNullable<InstallationView['swap']> {
  const why = reason !== undefined && { reason: { ...reason } }
  return { phase, fromVersion, toVersion, at: at.toISOString(), ...why }
}

export async function installationDetail(
  facts: InstallationDetailFacts,
  upstreams: readonly Upstream[],
  translate: Translate,
): Promise<InstallationDetail> {
  const { row, chain, profile, limits, log } = facts
  return {
    ...installationView(facts, translate),
    bundleDigest: row.bundleDigest,
    chain: [...chain],
    permissions: permissionViews(row.manifest, row.config, translate, true),
    config: configFieldViews(row.manifest, translate),
    configValues: { ...row.config },
    allowPrivateAddresses: row.grants.network.filter((grant) => grant.allowPrivateAddresses).map(targetName),
    sandbox: {
      profile: profile.name,
      tier: profile.tier,
      memoryMb: limits.memoryMb,
      wallMsPerCall: limits.wallMsPerCall,
    },
    upstreams: await Promise.all(upstreams.map(upstreamView)),
    log: log.map(logLineView),
  }
}
