import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EXPECTED } from './expected.ts'
import { type Leg, type Legs, openLegs } from './legs.ts'
import { type Requirements, runSuite } from './run-suite.ts'

const LEGS: readonly Leg[] = ['plugin', 'remote', 'stdio']
const REVISIONS: readonly Requirements[] = ['2025-11-25', '2026-07-28']

let legs: Legs
beforeAll(async () => {
  legs = await openLegs()
})
afterAll(() => legs?.[Symbol.asyncDispose]())

describe('the official conformance suite through the gateway of a running host [G1, G2]', () => {
  it('counts as required what the revisions require', () => {
    for (const revision of REVISIONS)
      for (const [, failed] of Object.values(EXPECTED[revision].required)) expect(failed).toBe(0)
    expect(REVISIONS.map((revision) => Object.keys(EXPECTED[revision].required).length)).toEqual([30, 37])
  })

  describe.each(LEGS)('in front of: %s', (leg) => {
    it.each(REVISIONS)('finds every scenario of %s as expected', async (revision) => {
      const { status, scenarios, output } = await runSuite(legs.doors[leg].url, revision)
      const { required, unscored } = EXPECTED[revision]
      expect(scenarios, output.slice(-4_000)).toEqual({ ...required, ...unscored })
      expect(status).toBe(0)
    })
  })
})
