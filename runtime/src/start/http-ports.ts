import { join } from 'node:path'
import { diagnose } from '../cli/doctor/index.ts'
import type { Config } from '../config.ts'
import type { Gateway } from '../gateway/index.ts'
import type { HttpPorts } from '../http/ports.ts'
import { createInstaller } from '../installations/installer.ts'
import { createMarketplace } from '../installations/marketplace.ts'
import type { Kernel } from '../kernel/kernel.ts'
import { createOversight } from '../metering/index.ts'
import type { Logger } from '../telemetry/index.ts'
import type { Installing } from './open-installing.ts'
import type { LocalOperator } from './local-operator.ts'
import type { Foundation } from './open-foundation.ts'
import { openTrustDesk } from './open-trust-desk.ts'
import type { PeopleRooms } from './open-people.ts'
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
  readonly plugins: Plugins
  readonly operator: LocalOperator
  readonly installing: Installing
  readonly people: PeopleRooms
}

/** What the HTTP face stands on. */
export function httpPorts(rooms: Rooms, url: string, closing: () => boolean): HttpPorts {
  const { config, logger, base, chain, gateway, plugins, operator } = rooms
  const { identity } = base
  const { desks } = rooms.installing
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
    ...rooms.people,
    marketplace: createMarketplace(chain.registry, chain.releases, chain.trust),
    installer: createInstaller(rooms.installing.ports),
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
    trustDesk: openTrustDesk(base, chain, plugins.kernel),
    boot: (workspaceId) => bootOf(plugins.kernel, workspaceId),
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

function isWell(kernel: Kernel): boolean {
  return kernel.list().every(({ state }) => state !== 'failed' && state !== 'quarantined')
}

function trustOf({ trust }: TrustChain): Awaited<ReturnType<HttpPorts['trust']>> {
  const { registryUrl, registryKeys, publishers } = trust
  const shown = (keys: typeof registryKeys) => keys.map(({ keyId, publicKey }) => ({ keyId, publicKey }))
  return {
    registryUrl,
    registryKeys: shown(registryKeys),
    publishers: publishers.map(({ id, keys, identities, pinnedAt, workers }) => ({
      id,
      keys: shown(keys),
      identities: identities.map(({ issuer, subject }) => ({ issuer, subject })),
      pinnedAt,
      workers,
    })),
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
