import { execFile } from 'node:child_process'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'

const script = resolve(import.meta.dirname, '../../../../scripts/bench/leak.ts')
const CALLS = process.env['CI'] === 'true' ? 10_000 : 4_000
const SLOW_MS = 600_000

const report = z.object({
  calls: z.literal(CALLS),
  isFlat: z.boolean(),
  figures: z.array(
    z.object({ what: z.string(), before: z.number(), after: z.number(), grown: z.number(), limit: z.number() }),
  ),
})

// In a process of its own: what the test runner holds is not the gateway's.
function measure(): Promise<z.output<typeof report>> {
  return new Promise((done, fail) => {
    execFile(process.execPath, [script, '--calls', String(CALLS), '--json'], (_error, stdout, stderr) => {
      const read = report.safeParse(stdout.startsWith('{') ? JSON.parse(stdout) : undefined)
      if (read.success) done(read.data)
      else fail(new Error(`Expected a report, found: ${stdout}${stderr}`))
    })
  })
}

describe('many calls in both eras [G2]', () => {
  test('leave the heap, handles, listeners and collections as they were', { timeout: SLOW_MS }, async () => {
    const { figures } = await measure()
    expect(figures.map(({ what }) => what)).toEqual(
      expect.arrayContaining(['heap MB', 'handles', 'Map', 'AbortSignal']),
    )
    expect(figures.filter(({ grown, limit }) => grown > limit)).toEqual([])
  })
})
