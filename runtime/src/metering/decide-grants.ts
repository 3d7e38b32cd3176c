import { errorCode } from '@nexus/plugin-api'
import type { GrantedUse } from '../grants/index.ts'
import type { InstallationRow } from '../store/store.ts'
import {
  type Asked,
  type DecisionPorts,
  applyDecision,
  authorOf,
  hostFor,
  meteredOf,
  recordDecision,
  rowOf,
} from './decision.ts'
import { meteringError } from './errors.ts'
import { type GrantsReport, giveBack, reportGrants, takeBack } from './grants-report.ts'
import { useKey } from './narrow-grants.ts'

/** What was granted and when it was last needed, the last seconds included. */
export async function grantsReport(ports: DecisionPorts, row: InstallationRow, days: number): Promise<GrantsReport> {
  const { metering, store } = ports
  await metering.flush()
  const span = { days, measuredSince: metering.bounds.measuredSince(row.id), now: ports.now?.() ?? new Date() }
  return reportGrants(row, await store.usage.permissions(row.id), metering.bounds.withheld(row.id), span)
}

/**
 * Takes granted uses back; a required permission too. Whether the plugin can do without is found out by trying: when it
 * does not start, or fails right after, everything is as it was.
 */
export async function withholdGrants(
  ports: DecisionPorts,
  asked: Asked,
  uses: readonly GrantedUse[],
  days: number,
): Promise<GrantsReport> {
  const { bounds } = ports.metering
  const row = await rowOf(ports, asked)
  const before = bounds.withheld(row.id)
  const undo = (): Promise<void> => bounds.change(meteredOf(row), { withheld: before })
  await bounds.change(meteredOf(row), { withheld: takeBack(row, before, uses) })
  try {
    await applyDecision(ports, row, async ({ code }) => {
      await undo()
      recordDecision(ports, row, hostFor(asked), 'plugin.grants-restored', { restored: textOf(uses), code })
    })
  } catch (cause) {
    await undo()
    const found = cause instanceof Error ? `${errorCode(cause) ?? 'error'}: ${cause.message}` : String(cause)
    throw meteringError(
      'GRANT_NEEDED',
      `Expected ${row.pluginId} to start without ${textOf(uses)}, found ${found} Nothing was changed.`,
      { cause },
    )
  }
  recordDecision(ports, row, authorOf(asked), 'plugin.grants-narrowed', { withheld: textOf(uses) })
  return await grantsReport(ports, row, days)
}

/** Gives back what was withheld; consent for it was given at the installation. */
export async function restoreGrants(
  ports: DecisionPorts,
  asked: Asked,
  uses: readonly GrantedUse[],
  days: number,
): Promise<GrantsReport> {
  const { bounds } = ports.metering
  const row = await rowOf(ports, asked)
  await bounds.change(meteredOf(row), { withheld: giveBack(bounds.withheld(row.id), uses) })
  recordDecision(ports, row, authorOf(asked), 'plugin.grants-restored', { restored: textOf(uses) })
  await applyDecision(ports, row, () => Promise.resolve())
  return await grantsReport(ports, row, days)
}

function textOf(uses: readonly GrantedUse[]): string {
  return uses.map(useKey).join('; ')
}
