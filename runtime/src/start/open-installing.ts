import type { Config } from '../config.ts'
import type { TrustPolicy } from '../contract/index.ts'
import { createCacheDesk } from '../gateway/cache/index.ts'
import { type DefinitionReview, createDefinitionDesk } from '../gateway/drift/index.ts'
import type { Gateway } from '../gateway/index.ts'
import type { InstallerPorts } from '../installations/ports.ts'
import { createReleasePort } from '../installations/release-port.ts'
import { createRegistryFacts } from '../installations/updates/registry-facts.ts'
import { type UpdateWatch, watchUpdates } from '../installations/updates/watch-updates.ts'
import { installationUsage } from '../metering/index.ts'
import { limitsFor } from '../sandbox/limits-for.ts'
import type { Logger } from '../telemetry/index.ts'
import type { Developer } from './developer.ts'
import type { Foundation } from './open-foundation.ts'
import type { PeopleRooms } from './open-people.ts'
import type { Plugins } from './open-plugins.ts'
import type { TrustChain } from './open-trust-chain.ts'
import { version } from './place.ts'

/** The rooms that installing stands on. */
export interface InstallingRooms {
  readonly base: Foundation
  readonly chain: TrustChain
  readonly gateway: Gateway
  readonly review: DefinitionReview
  readonly plugins: Plugins
  readonly developer: Developer | undefined
  readonly people: PeopleRooms
}

/** What installs, updates and removes plugins, for people and for the host's own updates. */
export interface Installing {
  readonly desks: ReturnType<typeof desksOf>
  readonly ports: InstallerPorts
}

export function openInstalling(rooms: InstallingRooms): Installing {
  const { base, chain, gateway, plugins, developer, people } = rooms
  const { store, audit, log, guards, profiles, files } = base
  const desks = desksOf(rooms)
  const ports: InstallerPorts = {
    store,
    releases: createReleasePort(chain.releases),
    registry: createRegistryFacts({
      registry: chain.registry,
      sbom: (pluginId, of) => people.people.sbom(pluginId, of),
      advisories: (pluginId, of) => people.advisories.affecting(pluginId, of),
    }),
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
    // Made with the database: all nodes of a host have it, and no other host.
    hostId: base.identity.defaultWorkspace.id,
    minimumAgeMs: (pluginId) => waitOf(chain.policy.policy, pluginId),
    now: () => new Date(),
    inspection: developer?.inspection,
  }
  return { desks, ports }
}

/** How long a release must have been public before it is taken: what the policy says, but for its exceptions. */
function waitOf({ minimumReleaseAgeHours, ageExceptions }: TrustPolicy, pluginId: string): number {
  const [publisher = ''] = pluginId.split('/')
  const isExcepted = ageExceptions.includes(publisher) || ageExceptions.includes(pluginId)
  return isExcepted ? 0 : minimumReleaseAgeHours * 3_600_000
}

/** Starts the background work of updates. */
export function startUpdates(
  { ports }: Installing,
  { updateCheckSeconds }: Pick<Config, 'updateCheckSeconds'>,
  logger: Logger,
  stack: AsyncDisposableStack,
): UpdateWatch {
  return stack.use(watchUpdates(ports, { checkMs: updateCheckSeconds * 1000, logger }))
}

/** Where people decide on what servers say, and on what is given again. */
function desksOf({ base: { store, audit }, gateway, review }: InstallingRooms) {
  return {
    definitions: createDefinitionDesk({ store, audit, review }),
    cache: createCacheDesk({ store, audit, upstreams: gateway.upstreams, cache: gateway.cache }),
  }
}
