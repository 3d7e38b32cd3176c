import { join } from 'node:path'
import { errorCode } from '@nexus/plugin-api'
import { bundleDigest as digestSchema } from '@nexus/registry/contract'
import { type Admission, type LoaderPorts, createAdmission } from '../admission/load-plugin.ts'
import { createSockets } from '../admission/sockets.ts'
import { createDenialAudit } from '../broker/denial-audit.ts'
import { type Broker, createBroker, createEgress } from '../broker/index.ts'
import type { Config } from '../config.ts'
import { eventOfState } from '../events/index.ts'
import type { Gateway } from '../gateway/index.ts'
import { installationError } from '../installations/errors.ts'
import { type Kernel, createKernel } from '../kernel/kernel.ts'
import type { PluginEntry, StateChange, StateReason, SwapStatus } from '../kernel/ports.ts'
import { createAuthorLog } from '../sandbox/debug/author-log.ts'
import { createStackMapper } from '../sandbox/debug/stack-mapper.ts'
import { sandboxError } from '../sandbox/errors.ts'
import { limitsFor } from '../sandbox/limits-for.ts'
import { openSandboxHost } from '../sandbox/open-sandbox-host.ts'
import { type Metering, openMetering } from '../metering/index.ts'
import type { SandboxFault } from '../sandbox/sandbox.ts'
import type { Logger } from '../telemetry/index.ts'
import { openBackground, waysToOthers } from './open-background.ts'
import type { InstallationRow } from '../store/store.ts'
import type { Foundation } from './open-foundation.ts'
import type { TrustChain } from './open-trust-chain.ts'

/** The rooms that plugins are plugged into, and the kernel that runs them. */
export async function openPlugins(
  config: Config,
  logger: Logger,
  base: Foundation,
  chain: TrustChain,
  gateway: Gateway,
  stack: AsyncDisposableStack,
) {
  const { store, audit, secrets, policy, profiles, log } = base
  const egress = stack.use(createEgress())
  const reveal = (workspaceId: string, name: string) => secrets.reveal(workspaceId, name)
  const authorLog = createAuthorLog({
    mapper: stack.use(createStackMapper()),
    sourceOf: (installationId) => admission.sourceOf(installationId),
    write: (installationId, level, message) => log.write(installationId, level, message),
  })
  const broker = createBroker({
    ...waysToOthers(gateway, base.events),
    egress,
    storage: store.pluginStorage,
    files: base.files,
    audit,
    reveal,
    failed: ({ capability, installationId, error }) =>
      logger.error({ capability, installationId, err: error }, 'A capability failed inside the host'),
    log: ({ installationId, level, message, fields }) =>
      authorLog.write(installationId, level, fields === undefined ? message : `${message} ${fields}`),
  })
  const metering = stack.use(
    await openMetering({
      store,
      audit,
      logger,
      upstreams: gateway.upstreams,
      log: (installationId, level, message) => log.write(installationId, level, message),
      brokerUsage: (installationId) => broker.usage(installationId),
      fileBytes: (installationId) => base.files.usedBytes(installationId),
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
    ...processPorts(config, base),
    reveal,
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
      tell(change, base, logger)
      metering.stateChanged(change)
    }),
  )
  return { admission, kernel, metering, background }
}

export type Plugins = Awaited<ReturnType<typeof openPlugins>>

/** What holds for every process that a plugin has started. */
function processPorts(
  config: Config,
  { audit, profiles }: Foundation,
): Pick<LoaderPorts, 'packagesDir' | 'npmEnvironment' | 'processes'> {
  const limits = profiles.get('process')?.limits
  if (limits === undefined) {
    throw sandboxError(
      'SANDBOX_PROFILE_UNKNOWN',
      'Expected the sandbox profile `process`, found none. Add process.json.',
    )
  }
  const records = new WeakMap<InstallationRow, ReturnType<typeof createDenialAudit>>()
  const processes: LoaderPorts['processes'] = {
    minimum: config.processContainment,
    limits,
    refused(row, error) {
      const record = records.get(row) ?? createDenialAudit({ ...row, limits }, audit)
      records.set(row, record)
      const code = errorCode(error) ?? 'NETWORK_FAILED'
      if (code === 'NETWORK_DENIED') record('denied', 'process.network', code, undefined, error)
      if (code === 'NETWORK_QUOTA') record('limited', 'process.network', code, undefined, error)
    },
  }
  return { packagesDir: join(config.dataDir, 'packages'), npmEnvironment: config.npmEnvironment, processes }
}

function capabilitiesOf(broker: Broker, metering: Metering): LoaderPorts['capabilities'] {
  return (row, limits, scope) => {
    const { id, workspaceId, pluginId, grants, config } = row
    const observer = metering.observer(row, limits)
    return broker.portFor({ id, workspaceId, pluginId, grants, limits, config, observer }, scope)
  }
}

function rowsOf({ store, audit }: Foundation): Pick<LoaderPorts, 'row' | 'quarantined'> {
  return {
    async row(installationId) {
      const row = await store.installations.get(installationId)
      if (row !== undefined) return row
      throw installationError('INSTALLATION_UNKNOWN', `Expected the installation ${installationId}, found none.`)
    },
    async quarantined({ installationId, workspaceId, pluginId, version }, reason) {
      await store.installations.update(installationId, { quarantine: reason.message })
      audit.record({
        workspaceId,
        actor: 'system',
        action: 'plugin.quarantined',
        target: `${pluginId}@${version}`,
        outcome: 'failed',
        requestId: installationId,
        details: { code: reason.code },
      })
    },
  }
}

/** What the code threw, for its author: V8's stack begins with the message. */
function faultText({ message, stack, handler }: SandboxFault): string {
  return `${handler ?? 'activate'} failed: ${stack ?? message}`
}

function tell(change: StateChange, { log, events }: Foundation, logger: Logger): void {
  const { entry, state, reason, swap } = change
  const announced = eventOfState(change)
  if (announced !== undefined) events.publish(announced)
  if (swap !== undefined) return tellSwap(entry, swap, log, logger)
  const text = reasonText(reason)
  log.write(entry.installationId, reason === undefined ? 'info' : 'error', `The plugin is ${state}${text}.`)
  logger.info({ plugin: entry.pluginId, state, code: reason?.code }, 'A plugin changed its state')
}

function reasonText(reason: StateReason | undefined): string {
  return reason === undefined ? '' : `: ${reason.code}: ${reason.message.replace(/\.$/, '')}`
}

const SWAP_WORDS: Readonly<Record<SwapStatus['phase'], string>> = {
  starting: 'starts beside the running one',
  probation: 'serves now and is on probation',
  kept: 'stays',
  'rolled-back': 'was rolled back',
}

function tellSwap(entry: PluginEntry, swap: SwapStatus, log: Foundation['log'], logger: Logger): void {
  const { phase, fromVersion, toVersion, reason } = swap
  const side = fromVersion === toVersion ? `The changed side of ${toVersion}` : `${toVersion} (from ${fromVersion})`
  const text = reasonText(reason)
  log.write(entry.installationId, reason === undefined ? 'info' : 'error', `${side} ${SWAP_WORDS[phase]}${text}.`)
  logger.info({ plugin: entry.pluginId, phase, fromVersion, toVersion, code: reason?.code }, 'A plugin is swapped')
}
