import { errorCode } from '@nexus/plugin-api'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Sandbox } from '../../runtime/src/sandbox/sandbox.ts'
import { type Arena, bystanderCode, callTool, moduleOf, openArena } from './arena.ts'
import type { Attempt } from './attempt.ts'
import { floods, loops, memory, starts } from './attempts/bombs.ts'
import { results, walks } from './attempts/walks.ts'

const classes: Readonly<Record<string, readonly Attempt[]>> = {
  'walks out of the sandbox': walks,
  'hostile results and errors': results,
  'code that never ends': loops,
  'memory bombs': memory,
  floods: floods,
  'attacks at start': starts,
}

interface Outcome {
  readonly start?: string | undefined
  readonly code?: string | undefined
  readonly got?: string
}

let arena: Arena
let lasting: Sandbox
let installations = 0

beforeAll(async () => {
  arena = await openArena()
  lasting = await arena.open(bystanderCode, { installationId: 'lasting' })
})
afterAll(() => arena[Symbol.asyncDispose]())

/** A neighbour answers: the same sandbox, or, when its cell had to go, a new one after a coded end of the old. */
async function expectAnswer(neighbour: Sandbox, installationId: string): Promise<Sandbox> {
  let alive = neighbour
  const answer = await callTool(alive).catch(async (error: unknown) => {
    expect(['SANDBOX_CRASHED', 'SANDBOX_CLOSED']).toContain(errorCode(error))
    expect(await alive.exited).toMatchObject({ code: 'SANDBOX_CRASHED' })
    alive = await arena.open(bystanderCode, { installationId })
    return callTool(alive)
  })
  expect(answer).toBe('here')
  return alive
}

async function attack(attempt: Attempt, number: number): Promise<Outcome> {
  const code = attempt.module ?? moduleOf(attempt.handler ?? '')
  let sandbox: Sandbox
  try {
    sandbox = await arena.open(code, { installationId: `attacker-${number}` })
  } catch (error) {
    return { start: errorCode(error) }
  }
  try {
    return { got: await callTool(sandbox, attempt.payload) }
  } catch (error) {
    return { code: errorCode(error) }
  } finally {
    await sandbox[Symbol.asyncDispose]()
  }
}

for (const [title, attempts] of Object.entries(classes)) {
  describe(`escape: ${title} [H3]`, () => {
    for (const attempt of attempts) {
      it(attempt.title, async () => {
        const number = (installations += 1)
        // Opened right before the attacker, this one shares its cell; the lasting one was there before.
        const neighbour = await arena.open(bystanderCode, { installationId: `neighbour-${number}` })
        const outcome = await attack(attempt, number)
        if (attempt.startCode !== undefined) expect(attempt.startCode, JSON.stringify(outcome)).toContain(outcome.start)
        else if (attempt.code === undefined) expect(outcome).toEqual({ got: attempt.gets })
        else expect(attempt.code, JSON.stringify(outcome)).toContain(outcome.code)
        const left = await expectAnswer(neighbour, `neighbour-${number}`)
        lasting = await expectAnswer(lasting, 'lasting')
        await left[Symbol.asyncDispose]()
      })
    }
  })
}

describe('after all attacks [H3]', () => {
  it('the host’s own prototypes are as they were', () => {
    expect(Object.keys(Object.prototype)).toEqual([])
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })

  it('the log held no more than the budget allows', () => {
    const bytes = arena.logs.reduce((sum, line) => sum + Buffer.byteLength(line.message), 0)
    expect(bytes).toBeLessThan(70_000 * installations)
    expect(Math.max(...arena.logs.map((line) => Buffer.byteLength(line.message)))).toBeLessThanOrEqual(4_100)
  })
})
