import { availableParallelism } from 'node:os'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Cost } from './attempt.ts'
import { type NamedAttempt, readAttempts } from './read-attempts.ts'
import { runAttempt } from './run-attempt.ts'
import { type World, openWorld } from './world.ts'

const MEGABYTE = 1_048_576
/** The host's own thread may not work longer than this between two turns of its event loop. */
const HOST_DELAY_MS = 50
/** What the host may have taken over a whole file of attacks and not given back. */
const HOST_GROWTH_BYTES = 160 * MEGABYTE

/** One test per attempt, `atOnce` of them side by side, and what must hold after the last. */
export async function runSuite(title: string, costs: readonly Cost[], atOnce: number): Promise<void> {
  const attempts = await readAttempts(...costs)
  const turns = createTurns(Math.min(atOnce, 2 * availableParallelism()))
  let world: World
  let residentBefore = 0
  beforeAll(async () => {
    world = await openWorld()
    residentBefore = process.memoryUsage.rss()
  })
  afterAll(() => world[Symbol.asyncDispose]())

  describe.concurrent(`escape: ${title} [H3]`, () => {
    for (const one of attempts) it(`${one.group}: ${one.attempt.title}`, () => turns(() => hold(world, one)))
  })
  describe(`after ${title} [H3]`, () => {
    it('the host’s event loop waited no longer than a process that does nothing, and 50 ms', async () => {
      const { host, control } = await world.delay.finish()
      expect(host - control).toBeLessThan(HOST_DELAY_MS)
    })

    it('the host holds about as much memory as before', () => {
      globalThis.gc?.()
      expect(process.memoryUsage.rss() - residentBefore).toBeLessThan(HOST_GROWTH_BYTES)
    })

    it('no cell is left but the bystander’s and a spare one, and no line of a log was longer than allowed', async () => {
      await expect.poll(() => world.arena.host.cells().length, { timeout: 15_000 }).toBeLessThanOrEqual(2)
      expect(Math.max(0, ...world.arena.logs.map((line) => Buffer.byteLength(line.message)))).toBeLessThanOrEqual(4_100)
    })
  })
}

async function hold(world: World, { group, name, attempt }: NamedAttempt): Promise<void> {
  let { hostMs } = await runAttempt(world, attempt, `${group}-${name}`)
  // A delay that the attack causes comes every time; a collection of garbage does not.
  if (hostMs >= HOST_DELAY_MS) ({ hostMs } = await runAttempt(world, attempt, `${group}-${name}-again`))
  expect(hostMs, 'the host’s own thread worked this long in one turn').toBeLessThan(HOST_DELAY_MS)
}

/** Lets at most `atOnce` pieces of work run side by side. */
function createTurns(atOnce: number): <Value>(work: () => Promise<Value>) => Promise<Value> {
  const waiting: (() => void)[] = []
  let running = 0
  return async (work) => {
    if (running >= atOnce) await new Promise<void>((resume) => waiting.push(resume))
    running += 1
    try {
      return await work()
    } finally {
      running -= 1
      waiting.shift()?.()
    }
  }
}
