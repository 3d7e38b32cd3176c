// npm run bench:sandbox [-- --json] [-- --seconds 2] [-- --cycles 10000] [-- --breaches 1000]
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
import { measureBreaches } from './sandbox/measure-breaches.ts'
import { type NexusCells, openNexusCells, openNexusContender } from './sandbox/nexus-cell.ts'
import { openBareChild, openIsolateChild } from './sandbox/open-child.ts'
import { type CallRow, type SandboxReport, formatSandboxReport, faults } from './sandbox/sandbox-report.ts'

/**
 * How long each contender is used before anything is measured: the engine goes on compiling what it runs for the first
 * tens of thousands of calls, in threads whose time counts as well.
 */
const COMPILE_MS = 6_000
const COLD_STARTS = 25
const CELL_STARTS = 7
const IDLE_INSTALLATIONS = 20
const HIBERNATED = 1_000

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '2' },
    cycles: { type: 'string', default: '400' },
    breaches: { type: 'string', default: '0' },
  },
})
const durationMs = z.coerce.number().min(0.1).max(600).parse(options.seconds) * 1000
const cycles = z.coerce.number().int().min(40).max(1_000_000).parse(options.cycles)
const breaches = z.coerce.number().int().min(0).max(1_000_000).parse(options.breaches)
const say = (line: string) => process.stderr.write(`${line}\n`)

const loads = [
  { name: '100 B', bytes: 100, inFlight: 1 },
  { name: '100 B', bytes: 100, inFlight: 32 },
  { name: '10 KB', bytes: 10_240, inFlight: 1 },
  { name: '1 MB', bytes: 1_048_576, inFlight: 1 },
] as const

/** All contenders take turns with each load: what else the machine does meanwhile meets all of them alike. */
async function measureContenders(contenders: readonly Contender[]): Promise<readonly CallRow[]> {
  const rows: CallRow[] = []
  const row = async (
    name: string,
    load: string,
    inFlight: number,
    call: () => Promise<unknown>,
    processes: () => readonly number[],
  ) => {
    say(`Measuring ${name}, ${load}, ${inFlight} in flight …`)
    const figures: CallFigures = await measureCalls(call, { inFlight, durationMs, processes })
    rows.push({ contender: name, load, inFlight, ...figures })
  }
  for (const { name, echo, processes } of contenders) {
    say(`Warming up ${name} …`)
    await measureCalls(() => echo('warm'), { inFlight: 32, durationMs: COMPILE_MS, processes })
  }
  for (const { name: load, bytes, inFlight } of loads) {
    const text = 'x'.repeat(bytes)
    for (const { name, echo, processes } of contenders) await row(name, load, inFlight, () => echo(text), processes)
  }
  for (const { name, capability, processes } of contenders) {
    if (capability !== undefined) await row(name, 'storage get', 1, capability, processes)
  }
  const places = contenders.map(({ name }) => name)
  return rows.toSorted((left, right) => places.indexOf(left.contender) - places.indexOf(right.contender))
}

async function measureAll(cells: NexusCells): Promise<readonly CallRow[]> {
  await using stack = new AsyncDisposableStack()
  const others = [openPlain, openInProcessIsolate, openWorkerThread, openQuickJs, openBareChild, openIsolateChild]
  const contenders: Contender[] = []
  for (const open of others) contenders.push(stack.use(await open()))
  contenders.push(stack.use(await openNexusContender(cells)))
  return await measureContenders(contenders)
}

async function bench(): Promise<SandboxReport> {
  await using cells = await openNexusCells()
  const calls = await measureAll(cells)
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
  const measuredCycles = await measureCycles(cells, cycles)
  if (breaches > 0) say(`Measuring ${breaches} breaches …`)
  return {
    node: process.versions.node,
    cores: availableParallelism(),
    calls,
    coldStarts,
    cellStartMs,
    idleBytes,
    hibernatedBytes,
    cycles: measuredCycles,
    ...(breaches > 0 && { breaches: await measureBreaches(cells, breaches) }),
  }
}

const report = await bench()
process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : `\n${formatSandboxReport(report)}`)
if (faults(report).length > 0) process.exitCode = 1
