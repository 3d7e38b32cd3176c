import assert from 'node:assert/strict'
import { NexusError, errorCode } from '@nexus/plugin-api'
import type { Sandbox } from '../../runtime/src/sandbox/sandbox.ts'
import { callTool, moduleOf, parseAttackManifest } from './arena.ts'
import { type Aftermath, type Attempt, type Place, told } from './attempt.ts'
import { limitsOf, oneOf } from './limits-of.ts'
import { askThroughPolicyDoor } from './policy-door.ts'
import { type NeighbourReport, watchNeighbour } from './watch-neighbour.ts'
import { RICH_NEIGHBOUR, type World } from './world.ts'

/** The host's own thread may not work longer than this between two turns of its event loop. */
export const HOST_DELAY_MS = 50
// Bounds for a machine that is shared with other work; the soak prints what a quiet one shows.
const ANSWER_MS = 3_000
const BACK_MS = 5_000

/** What an attack led to, as the caller saw it. */
interface Outcome {
  readonly start?: string | undefined
  readonly code?: string | undefined
  readonly got?: string
  readonly error?: unknown
}

/** How one attack went. */
export interface AttemptReport {
  /** What each call ended in: a code, or `answered`. */
  readonly ends: readonly string[]
  readonly near: NeighbourReport
  readonly far: NeighbourReport
  /** Longest work of the host's own thread in one turn, milliseconds. */
  readonly hostMs: number
}

/** Runs one attack beside two bystanders and holds all three promises: to attacker, caller and neighbours. */
export async function runAttempt(world: World, attempt: Attempt, attacker: string): Promise<AttemptReport> {
  if (attempt.refused !== undefined) return expectRefusal(attempt)
  const place: Place = {
    attacker,
    neighbour: RICH_NEIGHBOUR,
    granted: world.servers.granted,
    internal: world.servers.internal,
  }
  const nearId = `${attacker}-near`
  const reopen = (): Promise<Sandbox> => world.openBystander(nearId, attacker)
  await using near = await reopen()
  const moment = world.delay.now()
  const nearWatch = watchNeighbour(near, reopen)
  const farWatch = watchNeighbour(await world.far(), undefined)
  const { outcomes, sandbox } = await attack(world, attempt, place)
  const [felt, feltFar] = await Promise.all([nearWatch.finish(), farWatch.finish()])
  const delayMs = world.delay.worstSince(moment)
  try {
    for (const outcome of outcomes) expectOutcome(attempt, outcome, place)
    await expectCost(attempt, outcomes, sandbox)
    expectNothingTaken(world, attempt, place, outcomes)
    attempt.check?.(aftermathOf(world, place, outcomes))
    expectNearUnharmed(attempt, felt)
    assert.deepEqual(feltFar.troubles, [], 'the bystander in another cell')
    assert.ok(feltFar.slowestMs < ANSWER_MS, `the bystander in another cell waited ${feltFar.slowestMs} ms`)
  } finally {
    await sandbox?.[Symbol.asyncDispose]()
  }
  const ends = outcomes.map(({ start, code }) => start ?? code ?? 'answered')
  return { ends, near: felt, far: feltFar, hostMs: delayMs }
}

function expectRefusal(attempt: Attempt): AttemptReport {
  const parsed = parseAttackManifest(attempt.manifest)
  assert.ok(!parsed.ok, 'the manifest was accepted')
  assert.ok(
    parsed.issues.some((issue) => issue.path === attempt.refused),
    `expected an issue at ${attempt.refused}, found ${JSON.stringify(parsed.issues)}`,
  )
  const untouched = { answers: 0, troubles: [], slowestMs: 0, backAfterMs: 0 }
  return { ends: ['refused'], near: untouched, far: untouched, hostMs: 0 }
}

async function attack(
  world: World,
  attempt: Attempt,
  place: Place,
): Promise<{ readonly outcomes: readonly Outcome[]; readonly sandbox: Sandbox | undefined }> {
  const code = told(attempt.module ?? moduleOf(told(attempt.handler ?? '', place)), place)
  let sandbox: Sandbox
  try {
    sandbox = await world.arena.open(code, {
      installationId: place.attacker,
      profileName: place.attacker,
      grants: told(attempt.grants ?? {}, place),
      config: attempt.config ?? {},
      limits: limitsOf(attempt),
      ...(attempt.features === undefined ? {} : { features: attempt.features }),
      ...(attempt.manifest === undefined ? {} : { manifest: attempt.manifest }),
    })
  } catch (error) {
    return { outcomes: [{ start: errorCode(error) ?? String(error), error }], sandbox: undefined }
  }
  const signal = new AbortController()
  const once = async (): Promise<Outcome> => {
    try {
      if (attempt.policy !== undefined) return { got: await askThroughPolicyDoor(sandbox, attempt.policy) }
      return { got: await callTool(sandbox, attempt.payload, signal.signal, place.attacker) }
    } catch (error) {
      return { code: errorCode(error) ?? String(error), error }
    }
  }
  const calls = Promise.all(Array.from({ length: attempt.calls ?? 1 }, once))
  if (attempt.cancelAfterMs !== undefined) setTimeout(() => signal.abort(), attempt.cancelAfterMs)
  if (attempt.stopAfterMs !== undefined) {
    await new Promise((resume) => setTimeout(resume, attempt.stopAfterMs))
    await sandbox[Symbol.asyncDispose]()
  }
  return { outcomes: await calls, sandbox }
}

function expectOutcome(attempt: Attempt, outcome: Outcome, place: Place): void {
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

async function expectCost(attempt: Attempt, outcomes: readonly Outcome[], sandbox: Sandbox | undefined): Promise<void> {
  if (sandbox === undefined || attempt.stopAfterMs !== undefined) return
  const exit = await Promise.race([
    sandbox.exited,
    new Promise<undefined>((resume) => setTimeout(() => resume(undefined), 20)),
  ])
  if ((attempt.costs ?? 'call') === 'call')
    assert.equal(exit, undefined, `the sandbox ended with ${exit?.code}; outcomes ${JSON.stringify(outcomes)}`)
}

/** Everything that reached the attacker, its caller or its log, searched for what is worth stealing. */
function expectNothingTaken(world: World, attempt: Attempt, place: Place, outcomes: readonly Outcome[]): void {
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

function aftermathOf(world: World, place: Place, outcomes: readonly Outcome[]): Aftermath {
  const mine = world.servers.hits.granted.filter((hit) => hit.url.includes(`/${place.attacker}/`))
  return {
    place,
    got: outcomes[0]?.got,
    logs: world.arena.logs.filter((line) => line.installationId === place.attacker),
    denials: world.arena.denials
      .filter((event) => JSON.stringify(event).includes(`"${place.attacker}"`))
      .map((event) => event.target ?? ''),
    hits: mine,
    nested: world.arena.nested
      .filter((call) => call.startsWith(`${place.attacker} `))
      .map((call) => call.slice(place.attacker.length + 1)),
    emitted: world.arena.emitted
      .filter((event) => event.startsWith(`${place.attacker} `))
      .map((event) => event.slice(place.attacker.length + 1)),
    defined: world.arena.defined(place.attacker),
  }
}

/** Only where the attack may cost the cell, a neighbour in it may see coded ends, and is back soon. */
function expectNearUnharmed(attempt: Attempt, felt: NeighbourReport): void {
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
