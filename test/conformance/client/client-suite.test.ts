import { describe, expect, test } from 'vitest'
import { listRequired, runScenario } from './run-scenario.ts'
import { BESIDES, NOT_OFFERED, REQUIRED } from './scenarios.ts'

/** Each scenario starts processes of its own, several at a time. */
const SLOW_MS = 300_000

describe.for(['2025-11-25', '2026-07-28'] as const)('the upstream client under requirements %s', (revision) => {
  test('is asked for exactly the scenarios below', async () => {
    expect(await listRequired(revision)).toEqual(REQUIRED[revision])
  })

  test.concurrent.for([...REQUIRED[revision], ...BESIDES])(
    'passes %s',
    { timeout: SLOW_MS },
    async (scenario, { expect: check }) => {
      const { status, passed, failed, output } = await runScenario(scenario, revision)
      check({ status, failed }, output).toEqual({ status: 0, failed: 0 })
      check(passed).toBeGreaterThan(0)
    },
  )
})

describe('extensions that no revision requires', () => {
  test('leaves out these, by name, and no other', ({ annotate }) => {
    const required = new Set<string>(Object.values(REQUIRED).flat())
    for (const [scenario, reason] of Object.entries(NOT_OFFERED)) void annotate(`${scenario}: ${reason}`)
    expect(Object.keys(NOT_OFFERED).filter((scenario) => required.has(scenario))).toEqual([])
  })
})
