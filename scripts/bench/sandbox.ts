// npm run bench:sandbox [-- --json] [-- --seconds 2] [-- --cycles 10000]
// What a call into a sandbox costs, beside everything else that could run the same handler, in the same run.
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import type { Contender } from './sandbox/contender.ts'
import { openInProcessIsolate, openPlain, openQuickJs, openWorkerThread } from './sandbox/contenders.ts'
import { type CallFigures, measureCalls } from './sandbox/measure-calls.ts'
import {
  measureCellStart,
  measureColdStart,
  measureCycles,
  measureHibernated,
  measureIdleCost,
} from './sandbox/measure-starts.ts'
import { openNexusCells, openNexusContender } from './sandbox/nexus-cell.ts'
import { type CallRow, type SandboxReport, formatSandboxReport } from './sandbox/sandbox-report.ts'

const COLD_STARTS = 25
const CELL_STARTS = 7
const IDLE_INSTALLATIONS = 20
const HIBERNATED = 1_000

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '2' },
    cycles: { type: 'string', default: '400' },
  },
})
const durationMs = z.coerce.number().min(0.1).max(600).parse(options.seconds) * 1000
const cycles = z.coerce.number().int().min(40).max(1_000_000).parse(options.cycles)
const say = (line: string) => process.stderr.write(`${line}\n`)

const loads = [
  { name: '100 B', bytes: 100, inFlight: 1 },
  { name: '100 B', bytes: 100, inFlight: 32 },
  { name: '10 KB', bytes: 10_240, inFlight: 1 },
  { name: '1 MB', bytes: 1_048_576, inFlight: 1 },
] as const

async function measureContender(contender: Contender): Promise<readonly CallRow[]> {
  const rows: CallRow[] = []
  const row = async (load: string, inFlight: number, call: () => Promise<unknown>): Promise<void> => {
    say(`Measuring ${contender.name}, ${load}, ${inFlight} in flight …`)
    const figures: CallFigures = await measureCalls(call, { inFlight, durationMs, processes: contender.processes })
    rows.push({ contender: contender.name, load, inFlight, ...figures })
  }
  for (const { name, bytes, inFlight } of loads) {
    const text = 'x'.repeat(bytes)
    await row(name, inFlight, () => contender.echo(text))
  }
  const { capability } = contender
  if (capability !== undefined) await row('storage get', 1, () => capability())
  return rows
}

async function bench(): Promise<SandboxReport> {
  const calls: CallRow[] = []
  const others = [openPlain, openInProcessIsolate, openWorkerThread, openQuickJs]
  for (const open of others) {
    await using contender = await open()
    calls.push(...(await measureContender(contender)))
  }
  await using cells = await openNexusCells()
  {
    await using nexus = await openNexusContender(cells)
    calls.push(...(await measureContender(nexus)))
  }
  say('Measuring starts …')
  await using resident = await openNexusContender(cells)
  await resident.echo('x')
  const coldStarts = [
    await measureColdStart(cells, 20_000, COLD_STARTS),
    await measureColdStart(cells, 200_000, COLD_STARTS),
  ]
  const cellStartMs = await measureCellStart(cells, CELL_STARTS)
  say('Measuring memory …')
  const idleBytes = await measureIdleCost(cells, IDLE_INSTALLATIONS)
  const hibernatedBytes = await measureHibernated(cells, HIBERNATED)
  say(`Measuring ${cycles} cycles of start and stop …`)
  return {
    node: process.versions.node,
    cores: availableParallelism(),
    calls,
    coldStarts,
    cellStartMs,
    idleBytes,
    hibernatedBytes,
    cycles: await measureCycles(cells, cycles),
  }
}

const report = await bench()
process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : `\n${formatSandboxReport(report)}`)
