import type { LoadResult } from './measure-load.ts'

/** A named row of the first table. */
export interface LoadRow extends LoadResult {
  readonly name: string
}

/** Everything that was measured. */
export interface BenchReport {
  readonly node: string
  readonly load: readonly LoadRow[]
  readonly coldStart: { readonly runs: number; readonly startMs: number; readonly firstAnswerMs: number }
  readonly hostStart: { readonly freshMs: number; readonly secondMs: number }
}

/** The report as tables for people. */
export function formatReport(report: BenchReport): string {
  const head = ['call', 'connections', 'calls/s', 'p50 ms', 'p99 ms', 'CPU µs/call', 'with children']
  const rows = report.load.map((row) => [
    row.name,
    String(row.connections),
    row.callsPerSecond.toFixed(0),
    row.p50Ms.toFixed(3),
    row.p99Ms.toFixed(3),
    row.cpuMicroseconds?.toFixed(0) ?? 'unknown',
    row.treeCpuMicroseconds?.toFixed(0) ?? 'unknown',
  ])
  const { coldStart, hostStart } = report
  return [
    `Node ${report.node}. CPU is that of the process that is called: the host, or the echo server for direct calls.`,
    '',
    ...formatTable([head, ...rows]),
    '',
    `Cold start of an isolate plugin (median of ${coldStart.runs}): ${coldStart.startMs.toFixed(1)} ms to active; ${coldStart.firstAnswerMs.toFixed(1)} ms from the restart request to the first answered call.`,
    `Start command to first tools/list: ${hostStart.freshMs.toFixed(0)} ms with an empty data folder, ${hostStart.secondMs.toFixed(0)} ms with two plugins installed.`,
    '',
  ].join('\n')
}

/** Columns of equal width; the first is text, all others are numbers. */
export function formatTable(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  '),
  )
}
