import type { AuditTrail } from '../audit/audit.ts'
import type { BrokerUsage } from '../broker/broker.ts'
import type { Upstream, UpstreamTable } from '../gateway/upstream/upstream.ts'
import type { GrantedUse } from '../grants/index.ts'
import type { StateChange } from '../kernel/ports.ts'
import type { SandboxLimits } from '../sandbox/profile.ts'
import type { SandboxObserver } from '../sandbox/sandbox.ts'
import type { InstallationRow, Store } from '../store/store.ts'
import type { Logger } from '../telemetry/index.ts'
import { type Bounds, openBounds } from './bounds.ts'
import type { QuarantineReason } from './breach-history.ts'
import { type Budgets, createBudgets } from './budgets.ts'
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
  const started = new Map<string, SandboxLimits>()
  const warn = (error: unknown, message: string): void => logger.warn({ err: error }, message)
  const { brokerUsage, fileBytes = () => Promise.resolve(0) } = options
  const flush = createFlush({ store, meter: usage, reader, bounds, budgets, brokerUsage, fileBytes, warn, now })
  await budgets.refresh()

  const spenders = new Map<string, ReturnType<typeof spenderOf>>()
  const measured = (row: InstallationRow) => {
    const spender = spenderOf(row)
    spenders.set(row.id, spender)
    return { spender, meter: usage.of(meteredOf(row)) }
  }
  const quarantine = (installationId: string, reason: QuarantineReason): void => {
    options.quarantine(installationId, reason).catch((error: unknown) => {
      warn(error, 'An installation that crossed its limits too often could not be stopped')
    })
  }
  const tick = async (): Promise<void> => {
    await flush.run()
    for (const spender of spenders.values()) budgets.review(spender)
  }
  const timer = setInterval(() => void tick(), options.flushMs ?? FLUSH_MS)
  timer.unref()

  return {
    bounds,
    budgets,
    usage,
    narrowed: (row) => ({ ...row, grants: narrowGrants(row.grants, bounds.withheld(row.id)) }),
    observer(row, limits) {
      const { spender, meter } = measured(row)
      started.set(row.id, limits)
      bounds.begin(spender).catch((error: unknown) => warn(error, 'The begin of measuring could not be noted'))
      return observeSandbox(spender, meter, audit, (reason) => quarantine(row.id, reason))
    },
    startedWith: (installationId) => started.get(installationId),
    upstream(inner, row) {
      const seen = standIns.remember
      return meterUpstream(inner, { ...measured(row), budgets, seen })
    },
    egress: (row, bytes) => usage.of(meteredOf(row)).count({ egressBytes: bytes }),
    granted: (row, use) => reader.used(meteredOf(row), use, now()),
    stateChanged(change) {
      standIns.changed(change).catch((error: unknown) => warn(error, 'Nothing stands in for a quarantined plugin'))
    },
    flush: () => flush.run(),
    async forget(installationId) {
      for (const part of [usage, bounds, budgets, reader, standIns, spenders, started]) dropFrom(part, installationId)
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

function meteredOf({ id, workspaceId }: InstallationRow) {
  return { installationId: id, workspaceId }
}

function spenderOf(row: InstallationRow) {
  return { ...meteredOf(row), pluginId: row.pluginId }
}

type Part = { forget(installationId: string): void } | { delete(installationId: string): boolean }

function dropFrom(part: Part, installationId: string): void {
  if ('forget' in part) part.forget(installationId)
  else part.delete(installationId)
}
