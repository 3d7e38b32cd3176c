import { readFileSync, readdirSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { callTool, moduleOf } from './arena.ts'
import { type World, openWorld } from './world.ts'

// The short form of the soak: what sixty breaches leave behind in the host.

const BREACHES = 60
const MEGABYTE = 1_048_576
const bombs = [
  'for (;;);',
  "const a = []; for (;;) a.push('x'.repeat(1000) + a.length)",
  'return String(Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1))',
  'await new Promise(() => {})',
] as const

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world[Symbol.asyncDispose]())

async function breach(number: number): Promise<string> {
  const body = bombs[number % bombs.length] ?? ''
  await using sandbox = await world.arena.open(moduleOf(body), {
    installationId: `leak-${number}`,
    profileName: `leak-${number % 8}`,
    limits: { cpuMsPerCall: 60, wallMsPerCall: 300 },
  })
  return await callTool(sandbox).then(
    () => 'answered',
    (error: { readonly code?: unknown }) => String(error.code),
  )
}

/** Open descriptors, child processes and threads of handles that keep a process alive. */
function held() {
  const children = readdirSync('/proc/self/task').flatMap((task) =>
    readFileSync(`/proc/self/task/${task}/children`, 'utf8').trim().split(' ').filter(Boolean),
  )
  const handles = process.getActiveResourcesInfo().filter((kind) => kind !== 'Timeout' && kind !== 'Immediate')
  return {
    files: readdirSync('/proc/self/fd').length,
    processes: children.length,
    handles: handles.length,
  }
}

describe('after breaches [H3]', () => {
  it(`${BREACHES} breaches leave no file, no process and no handle, and the host as large as before`, async () => {
    for (let number = 0; number < 8; number += 1) await breach(number)
    // The cells of the warm-up go by themselves; the bystander's and a spare one stay.
    await expect.poll(() => world.arena.host.cells().length, { timeout: 20_000 }).toBeLessThanOrEqual(2)
    const before = held()
    const residentBefore = process.memoryUsage.rss()
    const ends = new Set<string>()
    for (let number = 8; number < 8 + BREACHES; number += 2)
      for (const end of await Promise.all([breach(number), breach(number + 1)])) ends.add(end)
    for (const end of ends)
      expect(['SANDBOX_CPU', 'SANDBOX_MEMORY', 'SANDBOX_TIMEOUT', 'SANDBOX_CRASHED']).toContain(end)
    expect(await callTool(await world.far())).toBe('here')
    await expect.poll(() => world.arena.host.cells().length, { timeout: 20_000 }).toBeLessThanOrEqual(2)
    // A spare cell may have come since the count before: one process with its pipes.
    await expect.poll(() => held().processes - before.processes, { timeout: 10_000 }).toBeLessThanOrEqual(1)
    expect(held().files - before.files).toBeLessThanOrEqual(8)
    expect(held().handles - before.handles).toBeLessThanOrEqual(8)
    expect(process.memoryUsage.rss() - residentBefore).toBeLessThan(64 * MEGABYTE)
  }, 120_000)
})
