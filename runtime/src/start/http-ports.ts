import { join } from 'node:path'
import { diagnose } from '../cli/doctor/index.ts'
import type { Config } from '../config.ts'
import { createCacheDesk } from '../gateway/cache/index.ts'
import { type DefinitionReview, createDefinitionDesk } from '../gateway/drift/index.ts'
import type { Gateway } from '../gateway/index.ts'
import type { HttpPorts, InstallerPort } from '../http/ports.ts'
import { createInstaller } from '../installations/installer.ts'
import { createMarketplace } from '../installations/marketplace.ts'
import { createReleasePort } from '../installations/release-port.ts'
import type { Kernel } from '../kernel/kernel.ts'
import { createOversight, installationUsage } from '../metering/index.ts'
import { limitsFor } from '../sandbox/limits-for.ts'
import type { Logger } from '../telemetry/index.ts'
import type { Developer } from './developer.ts'
import type { LocalOperator } from './local-operator.ts'
import type { Foundation } from './open-foundation.ts'
import type { Plugins } from './open-plugins.ts'
import type { TrustChain } from './open-trust-chain.ts'
import { root, version } from './place.ts'
import { createWorkerTrust } from './worker-trust.ts'

/** The opened rooms. */
export interface Rooms {
  readonly config: Config
  readonly logger: Logger
  readonly base: Foundation
  readonly chain: TrustChain
  readonly gateway: Gateway
  readonly review: DefinitionReview
  readonly plugins: Plugins
  readonly operator: LocalOperator
  readonly developer: Developer | undefined
}

/** What the HTTP face stands on. */
export function httpPorts(rooms: Rooms, url: string, closing: () => boolean): HttpPorts {
  const { config, logger, base, chain, gateway, plugins, operator } = rooms
  const { identity } = base
  const desks = desksOf(rooms)
  return {
    logger,
    host: {
      version,
      publicUrl: url,
      allowedHosts: [],
      developerMode: config.developerMode,
      uiFolder: join(root, 'marketplace-ui', 'dist'),
      closing,
      health: async () => (base.trail.healthy && isWell(plugins.kernel) ? 'ok' : 'degraded'),
    },
    identity: {
      ...identity,
      authenticateToken: async (header, use) =>
        (await operator.principal(header, use)) ?? (await identity.authenticateToken(header, use)),
    },
    secrets: forgetting(base.secrets, gateway),
    workspaceRoots: base.workspaceRoots,
    policyRules: base.policy.rules,
    approvals: gateway.approvals,
    authorizations: gateway.authorizations,
    virtualServers: gateway.virtualServers,
    finder: gateway.finder,
    marketplace: createMarketplace(chain.registry, chain.releases, chain.trust),
    installer: installerOf(rooms, desks),
    oversight: createOversight({
      metering: plugins.metering,
      store: base.store,
      profiles: base.profiles,
      audit: base.audit,
      kernel: plugins.kernel,
    }),
    background: {
      schedules: (installationId) => plugins.background.scheduler.readings(installationId),
      events: (installationId) => plugins.background.events.readings(installationId),
    },
    definitions: desks.definitions,
    cache: { ...desks.cache, readings: (workspaceId) => gateway.cache.readings(workspaceId) },
    audit: base.audit,
    upstreams: gateway.upstreams,
    clients: (workspaceId) => gateway.connections().filter((client) => client.workspaceId === workspaceId).length,
    calls: base.calls,
    profiles: base.profiles,
    doctor: () => diagnose(config, url),
    trust: async () => trustOf(chain),
    trustWorkers: createWorkerTrust(base, chain, plugins.kernel),
    boot: (workspaceId) => bootOf(plugins.kernel, workspaceId),
  }
}

/** Where people decide on what servers say, and on what is given again. */
function desksOf({ base: { store, audit }, gateway, review }: Rooms) {
  return {
    definitions: createDefinitionDesk({ store, audit, review }),
    cache: createCacheDesk({ store, audit, upstreams: gateway.upstreams, cache: gateway.cache }),
  }
}

/** What was answered under the old secret is not given again under the new one. */
function forgetting(secrets: Foundation['secrets'], { cache }: Gateway): Foundation['secrets'] {
  return {
    ...secrets,
    async put(principal, ...rest) {
      const put = await secrets.put(principal, ...rest)
      cache.clear(principal.workspaceId)
      return put
    },
    async remove(principal, ...rest) {
      const removed = await secrets.remove(principal, ...rest)
      cache.clear(principal.workspaceId)
      return removed
    },
    async putOwn(principal, ...rest) {
      const put = await secrets.putOwn(principal, ...rest)
      cache.clear(principal.workspaceId)
      return put
    },
    async removeOwn(principal, ...rest) {
      const removed = await secrets.removeOwn(principal, ...rest)
      cache.clear(principal.workspaceId)
      return removed
    },
  }
}

type Desks = ReturnType<typeof desksOf>

function isWell(kernel: Kernel): boolean {
  return kernel.list().every(({ state }) => state !== 'failed' && state !== 'quarantined')
}

function installerOf({ base, chain, gateway, plugins, developer }: Rooms, desks: Desks): InstallerPort {
  const { store, audit, log, guards, profiles, files } = base
  return createInstaller({
    store,
    releases: createReleasePort(chain.releases),
    kernel: plugins.kernel,
    upstreams: gateway.upstreams,
    audit,
    log,
    guards,
    profiles,
    trustsWorkers: (publisher) => chain.trust.publisher(publisher)?.workers === true,
    limitsFor: (profile, manifest, installationId) =>
      limitsFor(profile, manifest.sandbox.limits, plugins.metering.bounds.limits(installationId)),
    async forget(installationId) {
      await plugins.metering.forget(installationId)
      await files.forget(installationId)
      await desks.definitions.forget(installationId)
      await desks.cache.forget(installationId)
    },
    usage: (installationId) =>
      installationUsage(
        plugins.admission.usage(installationId),
        plugins.metering.usage.find(installationId)?.totals.counters,
      ),
    hostVersion: version,
    inspection: developer?.inspection,
  })
}

function trustOf({ trust }: TrustChain): Awaited<ReturnType<HttpPorts['trust']>> {
  const { registryUrl, registryKeys, publishers } = trust
  const shown = (keys: typeof registryKeys) => keys.map(({ keyId, publicKey }) => ({ keyId, publicKey }))
  return {
    registryUrl,
    registryKeys: shown(registryKeys),
    publishers: publishers.map(({ id, keys, pinnedAt, workers }) => ({ id, keys: shown(keys), pinnedAt, workers })),
  }
}

function bootOf(kernel: Kernel, workspaceId: string): ReturnType<HttpPorts['boot']> {
  const own = kernel.list().filter(({ entry }) => entry.workspaceId === workspaceId)
  return own.map(({ entry, state, startMs }) => ({
    pluginId: entry.pluginId,
    installationId: entry.installationId,
    state,
    milliseconds: startMs,
  }))
}
