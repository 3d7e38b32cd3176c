import assert from 'node:assert/strict'
import { NexusError } from '@nexus/plugin-api'
import type { Sandbox } from '../../runtime/src/sandbox/sandbox.ts'
import { type Attempt, type Place, told } from './attempt.ts'
import { limitsOf, oneOf } from './limits-of.ts'
import type { NeighbourReport } from './watch-neighbour.ts'
import type { World } from './world.ts'

// What is asserted of every attack: what the caller saw, what the attacker got, what the neighbours felt.

// Bounds for a machine that is shared with other work; the soak prints what a quiet one shows.
export const ANSWER_MS = 3_000
const BACK_MS = 5_000

/** What an attack led to, as the caller saw it. */
export interface Outcome {
  readonly start?: string | undefined
  readonly code?: string | undefined
  readonly got?: string
  readonly error?: unknown
}

export function expectOutcome(attempt: Attempt, outcome: Outcome, place: Place): void {
  const seen = `found ${JSON.stringify({ ...outcome, error: String(outcome.error) })}`
  if (attempt.startCode !== undefined)
    assert.ok(
      outcome.start !== undefined && oneOf(attempt.startCode).includes(outcome.start),
      `expected the start to end with ${String(attempt.startCode)}, ${seen}`,
    )
  else if (attempt.code !== undefined)
    assert.ok(
      outcome.code !== undefined && oneOf(attempt.code).includes(outcome.code),
      `expected ${String(attempt.code)}, ${seen}`,
    )
  else {
    assert.equal(outcome.error, undefined, seen)
    if (attempt.gets !== undefined) assert.equal(outcome.got, told(attempt.gets, place))
  }
  if (attempt.limit === undefined) return
  const value = limitsOf(attempt)[attempt.limit]
  const message = outcome.error instanceof Error ? outcome.error.message : ''
  assert.ok(message.includes(attempt.limit), `expected the message to name ${attempt.limit}, found: ${message}`)
  assert.ok(message.includes(String(value)), `expected the message to tell the value ${value}, found: ${message}`)
}

export async function expectCost(
  attempt: Attempt,
  outcomes: readonly Outcome[],
  sandbox: Sandbox | undefined,
): Promise<void> {
  if (sandbox === undefined || attempt.stopAfterMs !== undefined) return
  const exit = await Promise.race([
    sandbox.exited,
    new Promise<undefined>((resume) => setTimeout(() => resume(undefined), 20)),
  ])
  if ((attempt.costs ?? 'call') === 'call')
    assert.equal(exit, undefined, `the sandbox ended with ${exit?.code}; outcomes ${JSON.stringify(outcomes)}`)
}

/** Everything that reached the attacker, its caller or its log, searched for what is worth stealing. */
export function expectNothingTaken(world: World, attempt: Attempt, place: Place, outcomes: readonly Outcome[]): void {
  const results = outcomes.map(({ got }) => got ?? '')
  const errors = outcomes.map(({ error }) => describeError(error))
  const logs = world.arena.logs
    .filter((line) => line.installationId === place.attacker)
    .map((line) => JSON.stringify(line))
  for (const [name, value] of world.treasures) {
    const found = (texts: readonly string[]): boolean => texts.some((text) => text.includes(value))
    if (attempt.mayHold?.includes(name) !== true) assert.ok(!found(results), `the attacker got the ${name}`)
    assert.ok(!found(errors), `an error tells the ${name}: ${errors.join()}`)
    assert.ok(!found(logs), `the log tells the ${name}`)
  }
  assert.deepEqual(world.servers.hits.internal, [], 'a request arrived inside')
  assert.deepEqual(Object.keys(Object.prototype), [], 'the host’s own prototypes')
}

/** What a caller is shown of an error: never its stack or cause. */
function describeError(error: unknown): string {
  if (error instanceof NexusError) return `${error.message} ${JSON.stringify(error.details)}`
  return error instanceof Error ? error.message : ''
}

/** Only where the attack may cost the cell, a neighbour in it may see coded ends, and is back soon. */
export function expectNearUnharmed(attempt: Attempt, felt: NeighbourReport): void {
  assert.ok(felt.answers > 0, 'the bystander in the same cell never answered')
  assert.ok(felt.slowestMs < ANSWER_MS, `the bystander in the same cell waited ${felt.slowestMs} ms`)
  if (attempt.costs !== 'cell') {
    assert.deepEqual(felt.troubles, [], 'the bystander in the same cell')
    return
  }
  const allowed = ['SANDBOX_CRASHED']
  assert.deepEqual(
    felt.troubles.filter((code) => !allowed.includes(code)),
    [],
    'the bystander in the same cell',
  )
  assert.ok(felt.troubles.length <= 1, `the bystander in the same cell was hit ${felt.troubles.length} times`)
  assert.ok(felt.backAfterMs < BACK_MS, `the bystander in the same cell was away for ${felt.backAfterMs} ms`)
}
