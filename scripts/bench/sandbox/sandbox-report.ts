import { formatTable } from '../report.ts'
import type { CallFigures } from './measure-calls.ts'
import { type Holdings, leftBehind } from './holdings.ts'
import type { Breaches } from './measure-breaches.ts'
import type { ColdStart, Cycles } from './measure-starts.ts'
import { NEXUS } from './nexus-cell.ts'
import { MINIMAL } from './open-child.ts'

export interface CallRow extends CallFigures {
  readonly contender: string
  readonly load: string
  readonly inFlight: number
}

/** Everything that `npm run bench:sandbox` measured. */
export interface SandboxReport {
  readonly node: string
  readonly cores: number
  readonly calls: readonly CallRow[]
  readonly coldStarts: readonly ColdStart[]
  readonly cellStartMs: number
  readonly idleBytes: number
  readonly hibernatedBytes: number
  readonly cycles: Cycles
  /** Absent when none were asked for. */
  readonly breaches?: Breaches
}

const megabytes = (bytes: number): string => `${(bytes / 1_048_576).toFixed(1)} MiB`

/** The report as a table and sentences for people. */
export function formatSandboxReport(report: SandboxReport): string {
  const head = ['where the handler runs', 'load', 'in flight', 'calls/s', 'p50 µs', 'p99 µs', 'CPU µs/call', 'stall ms']
  const rows = report.calls.map((row) => [
    row.contender,
    row.load,
    String(row.inFlight),
    row.callsPerSecond.toFixed(0),
    row.p50Us.toFixed(0),
    row.p99Us.toFixed(0),
    row.cpuUs?.toFixed(0) ?? 'unknown',
    row.stallMs.toFixed(1),
  ])
  return [
    `Node ${report.node}, ${report.cores} cores. CPU is that of this process and of the processes that serve it.`,
    '',
    ...formatTable([head, ...rows]),
    '',
    ...formatRatios(report.calls),
    '',
    ...report.coldStarts.map(
      (start) =>
        `Cold start to first answer in a running cell, plugin of ${start.kilobytes} KB: ${start.p50Ms.toFixed(1)} ms p50, ${start.p99Ms.toFixed(1)} ms p99.`,
    ),
    `Start of a cell process: ${report.cellStartMs.toFixed(0)} ms.`,
    `Memory: ${megabytes(report.idleBytes)} per idle installation in a shared cell; ${(report.hibernatedBytes / 1024).toFixed(1)} KiB of the host's heap per hibernated one.`,
    `${report.cycles.cycles} starts and stops: ${formatHoldings(report.cycles)}`,
    ...(report.breaches === undefined ? [] : formatBreaches(report.breaches)),
    ...faults(report),
    '',
  ].join('\n')
}

/** What should not have been: things left behind, and breaches that ended otherwise. Empty when all is well. */
export function faults({ cycles, breaches }: SandboxReport): readonly string[] {
  const afterCycles = leftBehind(cycles.before, cycles.after).map((what) => `Left behind by starts and stops. ${what}`)
  if (breaches === undefined) return afterCycles
  const afterBreaches = leftBehind(breaches.before, breaches.after).map((what) => `Left behind by breaches. ${what}`)
  const { unexpected } = breaches
  const otherwise = unexpected === 0 ? [] : [`Breaches that did not end as they should: ${unexpected}.`]
  return [...afterCycles, ...afterBreaches, ...otherwise]
}

/** What the walls around an isolate cost: each row of ours beside the same row of the least that could do the work. */
function formatRatios(rows: readonly CallRow[]): readonly string[] {
  const pairs = rows.flatMap((row) => {
    const minimal = rows.find(
      ({ contender, load, inFlight }) => contender === MINIMAL && load === row.load && inFlight === row.inFlight,
    )
    return row.contender === NEXUS && minimal !== undefined ? [{ row, minimal }] : []
  })
  const times = (ours: number | undefined, theirs: number | undefined): string =>
    ours === undefined || theirs === undefined ? 'unknown' : (ours / theirs).toFixed(2)
  const head = [`nexus ÷ ${MINIMAL}`, 'in flight', 'calls/s', 'p50', 'p99', 'CPU/call']
  const body = pairs.map(({ row, minimal }) => [
    row.load,
    String(row.inFlight),
    times(row.callsPerSecond, minimal.callsPerSecond),
    times(row.p50Us, minimal.p50Us),
    times(row.p99Us, minimal.p99Us),
    times(row.cpuUs, minimal.cpuUs),
  ])
  return formatTable([head, ...body])
}

function formatHoldings({ before, after }: { readonly before: Holdings; readonly after: Holdings }): string {
  const counts = (['descriptors', 'handles', 'processes', 'files', 'cells'] as const).map(
    (what) => `${what} ${before[what]} → ${after[what]}`,
  )
  return `host ${megabytes(before.hostBytes)} → ${megabytes(after.hostBytes)}, cells ${megabytes(before.cellsBytes)} → ${megabytes(after.cellsBytes)}, ${counts.join(', ')}.`
}

function formatBreaches(breaches: Breaches): readonly string[] {
  const ends = Object.entries(breaches.ends).map(([end, count]) => `  ${end} ${count}`)
  return [`${breaches.breaches} breaches: ${formatHoldings(breaches)}`, ...ends]
}
