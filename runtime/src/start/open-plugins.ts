import { join } from 'node:path'
import { bundleDigest as digestSchema } from '@nexus/registry/contract'
import { type Admission, createAdmission } from '../admission/load-plugin.ts'
import { createSockets } from '../admission/sockets.ts'
import { createEgress } from '../broker/index.ts'
import type { Config } from '../config.ts'
import type { Gateway } from '../gateway/index.ts'
import { type Kernel, createKernel } from '../kernel/kernel.ts'
import { openMetering } from '../metering/index.ts'
import { limitsFor } from '../sandbox/limits-for.ts'
import { openSandboxHost } from '../sandbox/open-sandbox-host.ts'
import type { Logger } from '../telemetry/index.ts'
import { openBackground } from './open-background.ts'
import { meteringSources, openAuthorLog, openBroker } from './open-broker.ts'
import type { Foundation } from './open-foundation.ts'
import type { TrustChain } from './open-trust-chain.ts'
import { capabilitiesOf, processPorts, rowsOf } from './plugin-ports.ts'
import { faultText, tellState } from './tell-state.ts'

/** The rooms that plugins are plugged into, and the kernel that runs them. */
export async function openPlugins(
  config: Config,
  logger: Logger,
  base: Foundation,
  chain: TrustChain,
  gateway: Gateway,
  stack: AsyncDisposableStack,
) {
  const { secrets, policy, profiles, log } = base
  const egress = stack.use(createEgress())
  const authorLog = openAuthorLog(base, (installationId) => admission.sourceOf(installationId), stack)
  const broker = openBroker({ base, gateway, egress, logger, authorLog })
  const metering = stack.use(
    await openMetering({
      ...meteringSources(base, logger, gateway, broker),
      quarantine: async (installationId, reason) => await kernel.quarantine(installationId, reason),
    }),
  )
  const sandboxes = stack.use(
    await openSandboxHost({
      cacheDir: join(config.dataDir, 'cache'),
      logger,
      isDeveloper: config.developerMode,
      isTrusted: (publisher) => chain.trust.publisher(publisher)?.workers === true,
    }),
  )
  const background = openBackground(base, gateway, stack)
  const admission: Admission = createAdmission({
    sandboxes,
    sockets: createSockets(gateway.upstreams),
    policy,
    background,
    egress,
    authorizations: gateway.authorizations,
    ...processPorts(config, base),
    reveal: (workspaceId, name) => secrets.reveal(workspaceId, name),
    revealOwn: (workspaceId, owner, name) => secrets.revealOwn(workspaceId, owner, name),
    profiles,
    limitsFor: (profile, manifest, installationId) =>
      limitsFor(profile, manifest.sandbox.limits, metering.bounds.limits(installationId)),
    narrowed: (row) => metering.narrowed(row),
    metering,
    faulted: (row, fault) => authorLog.write(row.id, 'error', faultText(fault)),
    log: (installationId, level, message) => log.write(installationId, level, message),
    capabilities: capabilitiesOf(broker, metering),
    open: (bundleDigest) => chain.releases.open(digestSchema.parse(bundleDigest)),
    ...rowsOf(base),
  })
  const kernel: Kernel = stack.use(
    createKernel(admission.loader, (change) => {
      tellState(change, base, logger)
      metering.stateChanged(change)
    }),
  )
  return { admission, kernel, metering, background }
}

export type Plugins = Awaited<ReturnType<typeof openPlugins>>
