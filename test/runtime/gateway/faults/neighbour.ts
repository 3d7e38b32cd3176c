import { expect } from 'vitest'

/** Noise of a busy machine that no neighbour's fault has to explain, milliseconds. */
const FLOOR_MS = 400
const CALLS = 80
const ATTEMPTS = 3

/** How long the slowest of a hundred calls took, one after the other, milliseconds. */
async function p99(call: () => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let count = 0; count < CALLS; count += 1) {
    const began = performance.now()
    await call()
    times.push(performance.now() - began)
  }
  times.sort((left, right) => left - right)
  return times[Math.floor(times.length * 0.99)] ?? 0
}

/**
 * Checks that a neighbour's p99 while `fault` goes on is at most twice what it is right before. The machine is shared, so
 * a window that was worse is measured again, with a control window of its own; a fault that costs something costs it
 * every time.
 */
export async function expectNoCost(neighbour: () => Promise<unknown>, fault: () => Promise<unknown>): Promise<void> {
  const found: string[] = []
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const before = await p99(neighbour)
    const going = fault()
    const during = await p99(neighbour)
    await going
    if (during <= Math.max(2 * before, before + FLOOR_MS)) return
    found.push(`${Math.round(before)} ms before, ${Math.round(during)} ms during`)
  }
  expect.fail(`Expected the neighbour's p99 to stay within twice what it was, found ${found.join('; ')}.`)
}

/** Checks that memory does not grow by more than `megabytes` while `work` is done. */
export async function expectBoundedMemory(megabytes: number, work: () => Promise<unknown>): Promise<void> {
  const before = process.memoryUsage.rss()
  await work()
  expect((process.memoryUsage.rss() - before) / 1024 / 1024).toBeLessThan(megabytes)
}
