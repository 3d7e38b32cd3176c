import { formatTable } from '../report.ts'
import type { CallFigures } from './measure-calls.ts'
import type { ColdStart, Cycles } from './measure-starts.ts'

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
  const { cycles } = report
  return [
    `Node ${report.node}, ${report.cores} cores. CPU is that of this process and of the processes that serve it.`,
    '',
    ...formatTable([head, ...rows]),
    '',
    ...report.coldStarts.map(
      (start) =>
        `Cold start to first answer in a running cell, plugin of ${start.kilobytes} KB: ${start.p50Ms.toFixed(1)} ms p50, ${start.p99Ms.toFixed(1)} ms p99.`,
    ),
    `Start of a cell process: ${report.cellStartMs.toFixed(0)} ms.`,
    `Memory: ${megabytes(report.idleBytes)} per idle installation in a shared cell; ${(report.hibernatedBytes / 1024).toFixed(1)} KiB of the host's heap per hibernated one.`,
    `${cycles.cycles} starts and stops: host ${megabytes(cycles.rssBeforeBytes)} → ${megabytes(cycles.rssAfterBytes)}, cells ${megabytes(cycles.cellsBeforeBytes)} → ${megabytes(cycles.cellsAfterBytes)}, descriptors ${cycles.descriptorsBefore} → ${cycles.descriptorsAfter}, ${cycles.cellsAfter} cells.`,
    '',
  ].join('\n')
}
