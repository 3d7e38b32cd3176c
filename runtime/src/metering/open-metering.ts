import type { AuditTrail } from '../audit/audit.ts'
import type { BrokerUsage } from '../broker/broker.ts'
import type { Upstream, UpstreamTable } from '../gateway/upstream/upstream.ts'
import type { GrantedUse } from '../grants/index.ts'
import type { StateChange } from '../kernel/ports.ts'
import type { SandboxLimits } from '../sandbox/profile.ts'
import type { Sandbox, SandboxObserver } from '../sandbox/sandbox.ts'
import type { InstallationRow, Store } from '../store/store.ts'
import type { Logger } from '../telemetry/index.ts'
import { boundBackground } from './bound-background.ts'
import { type Bounds, openBounds } from './bounds.ts'
import type { QuarantineReason } from './breach-history.ts'
import { type Budgets, type Spender, createBudgets } from './budgets.ts'
import { createFlush } from './flush.ts'
import { CLOSE_MS, FLUSH_MS } from './limits.ts'
import { meterUpstream } from './meter-upstream.ts'
import { narrowGrants } from './narrow-grants.ts'
import { observeSandbox } from './observe-sandbox.ts'
import { createStandIns } from './quarantine-stand-in.ts'
import { createBrokerReader } from './read-broker.ts'
import { type UsageMeter, createUsageMeter } from './usage-meter.ts'

export interface MeteringOptions {
  readonly store: Pick<Store, 'usage' | 'installationBounds' | 'installations' | 'pluginStorage'>
  readonly audit: Pick<AuditTrail, 'record'>
  readonly logger: Pick<Logger, 'warn'>
  readonly upstreams: Pick<UpstreamTable, 'add'>
  /** Writes a line into the log that people see at the installation. */
  log(installationId: string, level: 'warn', message: string): void
  brokerUsage(installationId: string): BrokerUsage | undefined
  /** Bytes below `$data`; absent where the host keeps no files for plugins. */
  readonly fileBytes?: (installationId: string) => Promise<number>
  /** Stops an installation that crossed its limits too often. */
  quarantine(installationId: string, reason: QuarantineReason): Promise<unknown>
  readonly flushMs?: number
  readonly now?: () => Date
}

/** Measures what installations use, and keeps them within what an admin allowed. */
export interface Metering extends AsyncDisposable {
  readonly bounds: Bounds
  readonly budgets: Budgets
  readonly usage: UsageMeter
  /** The row as it starts: with the grants that are left. */
  narrowed(row: InstallationRow): InstallationRow
  /** Ears for the sandboxes of an installation that starts with these limits. */
  observer(row: InstallationRow, limits: SandboxLimits): SandboxObserver
  /** The limits an installation was last started with. */
  startedWith(installationId: string): SandboxLimits | undefined
  /** The door in front of one of its upstreams. */
  upstream(inner: Upstream, row: InstallationRow): Upstream
  /** The sandbox as events and the clock call it: within its budgets. */
  background(inner: Sandbox, row: InstallationRow): Sandbox
  /** Counts traffic of upstreams, which does not pass the broker. */
  egress(row: InstallationRow, bytes: number): void
  /** Notes that a grant served an upstream. */
  granted(row: InstallationRow, use: GrantedUse): void
  stateChanged(change: StateChange): void
  /** Resolves when everything counted so far is written, or could not be. */
  flush(): Promise<void>
  /** Everything about an installation that was removed goes. */
  forget(installationId: string): Promise<void>
}

/** Opens the room: reads bounds and what is spent already, and begins to write every few seconds. */
export async function openMetering(options: MeteringOptions): Promise<Metering> {
  const now = options.now ?? (() => new Date())
  const { store, audit, logger } = options
  const usage = createUsageMeter(now)
  const bounds = await openBounds(store, now)
  const budgets = createBudgets({ bounds, meter: usage, store, audit, log: options.log, now })
  const reader = createBrokerReader()
  const standIns = createStandIns(options.upstreams, store)
  const warn = (error: unknown, message: string): void => logger.warn({ err: error }, message)
  const { brokerUsage, fileBytes = () => Promise.resolve(0) } = options
  const flush = createFlush({ store, meter: usage, reader, bounds, budgets, brokerUsage, fileBytes, warn, now })
  const watched = createWatched({ options, usage, bounds, warn })
  await budgets.refresh()
  const timer = setInterval(() => {
    void flush.run().then(() => watched.list().forEach((spender) => budgets.review(spender)))
  }, options.flushMs ?? FLUSH_MS)
  timer.unref()

  return {
    bounds,
    budgets,
    usage,
    narrowed: (row) => ({ ...row, grants: narrowGrants(row.grants, bounds.withheld(row.id)) }),
    observer: (row, limits) => watched.observer(row, limits),
    startedWith: (installationId) => watched.startedWith(installationId),
    upstream: (inner, row) =>
      meterUpstream(inner, {
        spender: spenderOf(row),
        meter: usage.of(meteredOf(row)),
        budgets,
        seen: (upstream, catalog) => standIns.remember(upstream, catalog),
      }),
    background: (inner, row) => boundBackground(inner, spenderOf(row), budgets),
    egress: (row, bytes) => usage.of(meteredOf(row)).count({ egressBytes: bytes }),
    granted: (row, use) => reader.used(meteredOf(row), use, now()),
    stateChanged(change) {
      standIns.changed(change).catch((error: unknown) => warn(error, 'Nothing stands in for a quarantined plugin'))
    },
    flush: () => flush.run(),
    async forget(installationId) {
      for (const part of [usage, bounds, budgets, reader, standIns, watched]) part.forget(installationId)
      await flush.run()
      await store.usage.clear(installationId)
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      standIns[Symbol.dispose]()
      const late = AbortSignal.timeout(CLOSE_MS)
      await Promise.race([flush.run(), new Promise((resolve) => late.addEventListener('abort', resolve))])
    },
  }
}

interface WatchedParts {
  readonly options: Pick<MeteringOptions, 'audit' | 'quarantine'>
  readonly usage: UsageMeter
  readonly bounds: Bounds
  warn(error: unknown, message: string): void
}

interface Watched {
  readonly spender: Spender
  readonly observer: SandboxObserver
  startedWith: SandboxLimits
}

/**
 * One pair of ears per installation, for as long as the host runs: a restart, or a second side during a swap, does not
 * make anybody forget what went wrong before.
 */
function createWatched({ options, usage, bounds, warn }: WatchedParts) {
  const watched = new Map<string, Watched>()
  const quarantine = (installationId: string, reason: QuarantineReason): void => {
    options.quarantine(installationId, reason).catch((error: unknown) => {
      warn(error, 'An installation that crossed its limits too often could not be stopped')
    })
  }
  const open = (row: InstallationRow, startedWith: SandboxLimits): Watched => {
    const spender = spenderOf(row)
    bounds.begin(meteredOf(row)).catch((error: unknown) => warn(error, 'The begin of measuring could not be noted'))
    const meter = usage.of(meteredOf(row))
    const observer = observeSandbox(spender, meter, options.audit, (reason) => quarantine(row.id, reason))
    const entry = { spender, observer, startedWith }
    watched.set(row.id, entry)
    return entry
  }
  return {
    observer(row: InstallationRow, limits: SandboxLimits): SandboxObserver {
      const entry = watched.get(row.id) ?? open(row, limits)
      entry.startedWith = limits
      return entry.observer
    },
    startedWith: (installationId: string) => watched.get(installationId)?.startedWith,
    list: (): readonly Spender[] => [...watched.values()].map(({ spender }) => spender),
    forget: (installationId: string) => void watched.delete(installationId),
  }
}

function meteredOf({ id, workspaceId }: InstallationRow) {
  return { installationId: id, workspaceId }
}

function spenderOf(row: InstallationRow) {
  return { ...meteredOf(row), pluginId: row.pluginId }
}
