import { errorCode } from '@nexus/plugin-api'
import type { InstallationRow } from '../store/store.ts'
import {
  type Asked,
  type DecisionPorts,
  applyDecision,
  authorOf,
  hostFor,
  meteredOf,
  profileOf,
  recordDecision,
  rowOf,
} from './decision.ts'
import { meteringError } from './errors.ts'
import { type LimitStanding, type LimitsChange, changedLimits, standingLimits } from './limits-report.ts'

export interface LimitsReport {
  readonly profile: string
  readonly limits: readonly LimitStanding[]
  /** It runs with other limits until it is restarted. */
  readonly pending: boolean
}

export function limitsReport(ports: DecisionPorts, row: InstallationRow): LimitsReport {
  const { metering } = ports
  const limits = standingLimits(profileOf(ports, row), row.manifest, metering.bounds.limits(row.id))
  const running = metering.startedWith(row.id)
  const pending = running !== undefined && limits.some(({ name, effective }) => running[name] !== effective)
  return { profile: row.profile, limits, pending }
}

/** Narrows limits or gives them back. With `now`, a plugin that runs meets them at once, or nothing is changed. */
export async function decideLimits(
  ports: DecisionPorts,
  asked: Asked,
  change: LimitsChange,
  now: boolean,
): Promise<LimitsReport> {
  const { bounds } = ports.metering
  const row = await rowOf(ports, asked)
  const before = bounds.limits(row.id)
  const limits = changedLimits(profileOf(ports, row), before, change)
  await bounds.change(meteredOf(row), { limits })
  const takeBack = (): Promise<void> => bounds.change(meteredOf(row), { limits: before })
  if (now) {
    try {
      await applyDecision(ports, row, async ({ code }) => {
        await takeBack()
        recordDecision(ports, row, hostFor(asked), 'plugin.limits-restored', { code })
      })
    } catch (cause) {
      await takeBack()
      const found = cause instanceof Error ? `${errorCode(cause) ?? 'error'}: ${cause.message}` : String(cause)
      throw meteringError(
        'LIMIT_TOO_NARROW',
        `Expected ${row.pluginId} to start within these limits, found ${found} Nothing was changed.`,
        { cause },
      )
    }
  }
  const shown = Object.entries(change).map(([name, value]) => [name, value ?? 'given back'] as const)
  recordDecision(ports, row, authorOf(asked), 'plugin.limits-changed', Object.fromEntries(shown))
  return limitsReport(ports, row)
}
