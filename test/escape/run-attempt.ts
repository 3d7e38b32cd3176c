import assert from 'node:assert/strict'
import { errorCode } from '@nexus/plugin-api'
import type { Sandbox } from '../../runtime/src/sandbox/sandbox.ts'
import { callTool, moduleOf, parseAttackManifest } from './arena.ts'
import { type Aftermath, type Attempt, type Place, told } from './attempt.ts'
import {
  ANSWER_MS,
  type Outcome,
  expectCost,
  expectNearUnharmed,
  expectNothingTaken,
  expectOutcome,
} from './expectations.ts'
import { limitsOf } from './limits-of.ts'
import { askThroughPolicyDoor } from './policy-door.ts'
import { type NeighbourReport, watchNeighbour } from './watch-neighbour.ts'
import { RICH_NEIGHBOUR, type World } from './world.ts'

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
