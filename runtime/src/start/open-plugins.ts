import { join } from 'node:path'
import { type ReleaseDetail, bundleDigest as digestSchema } from '@nexus/registry/contract'
import { type Admission, type OpenedRelease, createAdmission } from '../admission/load-plugin.ts'
import { createSockets } from '../admission/sockets.ts'
import { type BrokerPorts, type Egress, createEgress } from '../broker/index.ts'
import type { Config } from '../config.ts'
import type { Gateway } from '../gateway/index.ts'
import { type Kernel, type KernelOptions, createKernel } from '../kernel/kernel.ts'
import { openMetering } from '../metering/index.ts'
import { limitsFor } from '../sandbox/limits-for.ts'
import { openSandboxHost } from '../sandbox/open-sandbox-host.ts'
import type { SandboxHost } from '../sandbox/sandbox.ts'
import type { Scheduler } from '../schedule/index.ts'
import type { Logger } from '../telemetry/index.ts'
import { openBackground } from './open-background.ts'
import { meteringSources, openAuthorLog, openBroker } from './open-broker.ts'
import type { Foundation } from './open-foundation.ts'
import { capabilitiesOf, processPorts, rowsOf } from './plugin-ports.ts'
import { faultText, tellState } from './tell-state.ts'

/** Where the code of installations comes from, and whose may run in worker threads. */
export interface PluginSource {
  readonly releases: { open(bundleDigest: ReleaseDetail['bundleDigest']): Promise<OpenedRelease> }
  readonly trust: { publisher(id: string): { readonly workers?: boolean } | undefined }
}

/** What a workbench for authors puts between the rooms, to look at calls and to play the world. A host has none. */
export interface PluginTaps {
  readonly egress?: (inner: Egress) => Egress
  readonly sandboxes?: (inner: SandboxHost) => SandboxHost
  readonly callTool?: (inner: BrokerPorts['callTool']) => BrokerPorts['callTool']
  readonly emit?: (inner: BrokerPorts['emit']) => BrokerPorts['emit']
  /** Runs schedules by another clock. */
  readonly scheduler?: Scheduler
  /** Where compiled code is kept; below the data folder by default. */
  readonly cacheDir?: string
  readonly kernel?: KernelOptions
}

/** The rooms that plugins are plugged into, and the kernel that runs them. */
export async function openPlugins(
  config: Config,
  logger: Logger,
  base: Foundation,
  chain: PluginSource,
  gateway: Gateway,
  stack: AsyncDisposableStack,
  taps: PluginTaps = {},
) {
  const { secrets, policy, profiles, log } = base
  const ownEgress = stack.use(createEgress())
  const egress = taps.egress?.(ownEgress) ?? ownEgress
  const authorLog = openAuthorLog(base, (installationId) => admission.sourceOf(installationId), stack)
  const broker = openBroker({ base, gateway, egress, logger, authorLog, taps })
  const metering = stack.use(
    await openMetering({
      ...meteringSources(base, logger, gateway, broker),
      quarantine: async (installationId, reason) => await kernel.quarantine(installationId, reason),
    }),
  )
  const sandboxes = await openSandboxes(config, logger, chain, stack, taps)
  const background = openBackground(base, gateway, stack, taps.scheduler)
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
    createKernel(
      admission.loader,
      (change) => {
        tellState(change, base, logger)
        metering.stateChanged(change)
      },
      taps.kernel,
    ),
  )
  return { admission, kernel, metering, background }
}

async function openSandboxes(
  { dataDir, developerMode }: Config,
  logger: Logger,
  { trust }: PluginSource,
  stack: AsyncDisposableStack,
  taps: PluginTaps,
) {
  const own = stack.use(
    await openSandboxHost({
      cacheDir: taps.cacheDir ?? join(dataDir, 'cache'),
      logger,
      isDeveloper: developerMode,
      isTrusted: (publisher) => trust.publisher(publisher)?.workers === true,
    }),
  )
  return taps.sandboxes?.(own) ?? own
}

export type Plugins = Awaited<ReturnType<typeof openPlugins>>
