// npm run bench:registry [-- --json] [-- --seconds 3] [-- --check]
// Ours beside Verdaccio with JWT auth, in one run on one machine. With --check a missed target is an exit code.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { startNexus, startVerdaccio } from './registry/contenders.ts'
import { measure, openHttp } from './registry/http-load.ts'
import { seedPackages } from './registry/seed-packages.ts'
import { compare } from './registry/targets.ts'
import { type Results, runWorkloads } from './registry/workloads.ts'

const PACKAGES = 20_000
const QUERIES = ['weather', 'weather client', 'json par', 'wether', 'github slack bridge', 'calendar']

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '3' },
    check: { type: 'boolean', default: false },
  },
})
const ms = z.coerce.number().min(0.1).max(600).parse(options.seconds) * 1000
const say = (line: string) => process.stderr.write(`${line}\n`)

async function measureOurs(): Promise<Results> {
  const dataDir = await mkdtemp(join(tmpdir(), 'nexus-bench-registry-'))
  try {
    await using nexus = await startNexus(dataDir)
    return await runWorkloads(nexus, ms, say)
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
}

async function measureTheirs(): Promise<Results> {
  await using verdaccio = await startVerdaccio()
  return await runWorkloads(verdaccio, ms, say)
}

/** Time of one search, without waiting behind others. */
async function measureSearch(): Promise<{ readonly p50: number; readonly p99: number }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'nexus-bench-search-'))
  try {
    await (await startNexus(dataDir))[Symbol.asyncDispose]()
    seedPackages(dataDir, PACKAGES)
    await using nexus = await startNexus(dataDir)
    const http = openHttp(nexus.url)
    let next = 0
    const query = () => {
      const text = encodeURIComponent(QUERIES[next++ % QUERIES.length] ?? '')
      return { method: 'GET', path: `/-/v1/search?text=${text}&size=20` }
    }
    // The first search reads the index.
    await http.send(query())
    http.close()
    return await measure(nexus.url, { concurrency: 1, ms }, query)
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
}

const theirs = await measureTheirs()
const ours = await measureOurs()
const search = await measureSearch()
const targets = compare(ours, theirs, search.p50)
if (options.json) process.stdout.write(`${JSON.stringify({ ours, theirs, search, targets }, undefined, 2)}\n`)
else {
  for (const load of Object.keys(ours.loads)) {
    const rates = [ours, theirs].map(({ name, loads }) => `${name} ${loads[load]?.perSecond.toFixed(0)}/s`)
    process.stdout.write(`${load.padEnd(38)} ${rates.join(', ')}\n`)
  }
  process.stdout.write('\n')
  for (const { what, expected, found, isMet } of targets) {
    process.stdout.write(`${isMet ? 'met   ' : 'missed'} ${what.padEnd(38)} ${expected.padEnd(8)} ${found}\n`)
  }
}
if (options.check && targets.some(({ isMet }) => !isMet)) process.exitCode = 1
