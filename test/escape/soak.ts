import { readFileSync, readdirSync } from 'node:fs'
import { callTool } from './arena.ts'
import { type NamedAttempt, readAttempts } from './read-attempts.ts'
import { type AttemptReport, runAttempt } from './run-attempt.ts'
import { type World, openWorld } from './world.ts'

// The crash loop: every attack that costs a sandbox or a cell, over and over, beside a neighbour that somebody pays for.
// `node test/escape/soak.ts 30` runs for half an hour and prints a line per minute; exit code 1 when anything was wrong.
// `node test/escape/soak.ts 30 memory-bombs` takes the attempts of one folder (or `memory-bombs/array-buffers`) only.

const [minutes = '1', only = ''] = process.argv.slice(2)
const MINUTE_MS = 60_000
const PAUSE_MS = 5

interface Tally {
  attacks: number
  readonly problems: string[]
  latencies: number[]
  hostMs: number
  backMs: number[]
  readonly ends: Map<string, Map<string, number>>
  readonly cells: Set<number>
}

const attempts = (await readAttempts('sandbox', 'cell')).filter(({ group, name }) =>
  `${group}/${name}`.startsWith(only),
)
const tally: Tally = {
  attacks: 0,
  problems: [],
  latencies: [],
  hostMs: 0,
  backMs: [],
  ends: new Map(),
  cells: new Set(),
}
const world = await openWorld()
const until = performance.now() + Number(minutes) * MINUTE_MS
const going = (): boolean => performance.now() < until
console.log(`${attempts.length} attempts, ${minutes} minutes`)
const printing = setInterval(printMinute, MINUTE_MS)
await Promise.all([pay(world), attackAll(), attackAll()])
clearInterval(printing)
printMinute()
for (const [name, ends] of [...tally.ends].toSorted(([left], [right]) => (left < right ? -1 : 1)))
  console.log(name, [...ends].map(([end, times]) => `${end} ${times}`).join(', '))
await world[Symbol.asyncDispose]()
for (const problem of tally.problems) console.log(`PROBLEM ${problem}`)
process.exitCode = tally.problems.length === 0 ? 0 : 1

/** The neighbour: calls with a capability in them, one after another, and what each took. */
async function pay({ far }: World): Promise<void> {
  while (going()) {
    const startedAt = performance.now()
    const answer = await callTool(await far()).catch(String)
    if (answer !== 'here') tally.problems.push(`the paying neighbour saw ${answer}`)
    tally.latencies.push(performance.now() - startedAt)
    await new Promise((resume) => setTimeout(resume, PAUSE_MS))
  }
}

async function attackAll(): Promise<void> {
  while (going()) {
    const one = attempts[tally.attacks % attempts.length]
    if (one === undefined) return
    tally.attacks += 1
    await attackOnce(one, tally.attacks)
    for (const pid of world.arena.host.cells()) tally.cells.add(pid)
  }
}

async function attackOnce({ group, name, attempt }: NamedAttempt, number: number): Promise<void> {
  try {
    note(`${group}/${name}`, await runAttempt(world, attempt, `${group}-${name}-${number}`))
  } catch (error) {
    tally.problems.push(`${group}/${name}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function note(name: string, report: AttemptReport): void {
  const ends = tally.ends.get(name) ?? new Map<string, number>()
  tally.ends.set(name, ends)
  for (const end of report.ends) ends.set(end, (ends.get(end) ?? 0) + 1)
  tally.hostMs = Math.max(tally.hostMs, report.hostMs)
  if (report.near.backAfterMs > 0) tally.backMs.push(report.near.backAfterMs)
}

function printMinute(): void {
  const sorted = tally.latencies.toSorted((left, right) => left - right)
  const backs = tally.backMs.toSorted((left, right) => left - right)
  const at = (list: readonly number[], share: number): string =>
    (list[Math.min(list.length - 1, Math.floor(list.length * share))] ?? 0).toFixed(1)
  console.log(
    [
      `${tally.attacks} attacks`,
      `${tally.problems.length} problems`,
      `neighbour p50 ${at(sorted, 0.5)} p99 ${at(sorted, 0.99)} max ${at(sorted, 1)} ms`,
      `innocents of killed cells back after p50 ${at(backs, 0.5)} max ${at(backs, 1)} ms (${backs.length})`,
      `host’s own work ${tally.hostMs.toFixed(1)} ms`,
      `${tally.cells.size} cells started, ${world.arena.host.cells().length} alive`,
      `RSS ${Math.round(process.memoryUsage.rss() / 1_048_576)} MiB`,
      `${process.getActiveResourcesInfo().length} handles`,
      `${readdirSync('/proc/self/fd').length} files`,
      `${countDescendants(process.pid)} processes`,
    ].join(' · '),
  )
  tally.latencies = []
}

function countDescendants(pid: number): number {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean)
    return children.reduce((count, child) => count + 1 + countDescendants(Number(child)), 0)
  } catch {
    // Gone since it was listed.
    return 0
  }
}
