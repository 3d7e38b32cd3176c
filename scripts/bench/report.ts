import type { LoadResult } from './measure-load.ts'

/** A named row of the first table. */
export interface LoadRow extends LoadResult {
  readonly name: string
  /** Size of a result. */
  readonly load: string
}

/** What the host holds in memory, MiB; `undefined` where the system does not tell. */
export interface MemoryRow {
  readonly idle: number | undefined
  readonly after: number | undefined
  readonly calls: number
}

/** Everything that was measured. */
export interface BenchReport {
  readonly node: string
  readonly load: readonly LoadRow[]
  readonly memory: MemoryRow
  readonly coldStart: { readonly runs: number; readonly startMs: number; readonly firstAnswerMs: number }
  readonly hostStart: { readonly freshMs: number; readonly secondMs: number }
}

const MINIMAL = 'minimal proxy'

/** Calls per second as a share of the minimal proxy's with the same load. */
function shareOfMinimal(rows: readonly LoadRow[], row: LoadRow): string {
  const minimal = rows.find(
    ({ name, load, connections }) => name.startsWith(MINIMAL) && load === row.load && connections === row.connections,
  )
  return minimal === undefined ? '' : (row.callsPerSecond / minimal.callsPerSecond).toFixed(2)
}

/** The report as tables for people. */
export function formatReport(report: BenchReport): string {
  const head = [
    'call',
    'result',
    'connections',
    'calls/s',
    'of minimal',
    'p50 ms',
    'p99 ms',
    'CPU µs/call',
    'with children',
  ]
  const rows = report.load.map((row) => [
    row.name,
    row.load,
    String(row.connections),
    row.callsPerSecond.toFixed(0),
    shareOfMinimal(report.load, row),
    row.p50Ms.toFixed(3),
    row.p99Ms.toFixed(3),
    row.cpuMicroseconds?.toFixed(0) ?? 'unknown',
    row.treeCpuMicroseconds?.toFixed(0) ?? 'unknown',
  ])
  const { coldStart, hostStart, memory } = report
  const mebibytes = (value: number | undefined) => value?.toFixed(0) ?? 'unknown'
  return [
    `Node ${report.node}. CPU is that of the process that is called, in the same run. Nexus has authentication, policy and audit on; the others have none.`,
    '',
    ...formatTable([head, ...rows]),
    '',
    `Memory of the host: ${mebibytes(memory.idle)} MiB idle, ${mebibytes(memory.after)} MiB after ${memory.calls} calls.`,
    `Cold start of an isolate plugin (median of ${coldStart.runs}): ${coldStart.startMs.toFixed(1)} ms to active; ${coldStart.firstAnswerMs.toFixed(1)} ms from the restart request to the first answered call.`,
    `Start command to first tools/list: ${hostStart.freshMs.toFixed(0)} ms with an empty data folder, ${hostStart.secondMs.toFixed(0)} ms with the plugins installed.`,
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
