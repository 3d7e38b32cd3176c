import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Era } from '../../../../runtime/src/gateway/protocol.ts'
import type { CallClient, Upstream, UpstreamMessage } from '../../../../runtime/src/gateway/upstream/upstream.ts'
import { startLegacyServer, startModernServer } from '../../../fixtures/mcp/sdk-http.ts'
import { principal, processUpstream, remoteUpstream } from '../harness.ts'

const GOSSIP = 'test/fixtures/mcp/gossip-stdio.ts'

interface Step {
  readonly who: 'alice' | 'bob'
  readonly tool: string
  readonly cancelAfterMs: number | undefined
  readonly pauseMs: number
}

/** Everything that reached a client, with the word it sent along. */
interface Heard {
  readonly who: string
  readonly said: string
}

function clientOf(who: string, era: Era): CallClient {
  return { key: `client-${who}`, era, capabilities: { elicitation: { form: {} } }, info: undefined, logLevel: 'debug' }
}

async function send(upstream: Upstream, era: Era, step: Step, heard: Heard[]): Promise<void> {
  const { who, tool, cancelAfterMs } = step
  const hear = (message: UpstreamMessage) => heard.push({ who, said: JSON.stringify(message) })
  const signal = cancelAfterMs === undefined ? new AbortController().signal : AbortSignal.timeout(cancelAfterMs)
  try {
    const result = await upstream.request({
      method: 'tools/call',
      params: { name: tool, arguments: { word: who, a: 1, b: 1 }, _meta: { progressToken: randomUUID() } },
      requestId: randomUUID(),
      principal: principal(who),
      client: clientOf(who, era),
      signal,
      onNotification: hear,
      onRequest: (message) => {
        hear(message)
        return Promise.resolve({ action: 'accept', content: {} })
      },
    })
    heard.push({ who, said: JSON.stringify(result.value()) })
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

const stepOf = (tools: readonly string[]): fc.Arbitrary<Step> =>
  fc.record({
    who: fc.constantFrom('alice', 'bob'),
    tool: fc.constantFrom(...tools),
    cancelAfterMs: fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined, freq: 3 }),
    pauseMs: fc.integer({ min: 0, max: 40 }),
  })

async function run(upstream: Upstream, era: Era, steps: readonly Step[]): Promise<readonly Heard[]> {
  const heard: Heard[] = []
  const calls: Promise<void>[] = []
  for (const step of steps) {
    calls.push(send(upstream, era, step, heard))
    await new Promise((resolve) => setTimeout(resolve, step.pauseMs))
  }
  await Promise.all(calls)
  return heard
}

const OTHER = { alice: 'of bob', bob: 'of alice' } as const

/** fast-check prints seed and path of a failure. */
const RUNS = { numRuns: 12, endOnFailure: true }

describe('clients that share an upstream [G3, G6]', () => {
  for (const era of ['legacy', 'modern'] as const) {
    it(`a ${era} client of a shared process never hears of the other: logs, progress, questions, answers`, async () => {
      await using upstream = processUpstream('gossip', GOSSIP)
      await upstream.catalog(AbortSignal.timeout(20_000))
      await fc.assert(
        fc.asyncProperty(fc.array(stepOf(['talk', 'ask', 'slow']), { minLength: 2, maxLength: 12 }), async (steps) => {
          for (const { who, said } of await run(upstream, era, steps)) {
            expect(said, who).not.toContain(OTHER[who === 'alice' ? 'alice' : 'bob'])
          }
        }),
        RUNS,
      )
    }, 60_000)

    for (const [kind, start] of [
      ['legacy', startLegacyServer],
      ['modern', startModernServer],
    ] as const) {
      it(`a ${era} client of a shared ${kind} server gets its own progress and its own answers`, async () => {
        await using server = await start()
        await using upstream = remoteUpstream('far', server.url)
        await upstream.catalog(AbortSignal.timeout(20_000))
        await fc.assert(
          fc.asyncProperty(fc.array(stepOf(['add', 'steps']), { minLength: 2, maxLength: 12 }), async (steps) => {
            const heard = await run(upstream, era, steps)
            const answered = steps.filter(({ cancelAfterMs }) => cancelAfterMs === undefined)
            for (const who of ['alice', 'bob'] as const) {
              const own = heard.filter((one) => one.who === who && one.said.includes('"content"'))
              expect(own.length).toBeGreaterThanOrEqual(answered.filter((step) => step.who === who).length)
            }
          }),
          RUNS,
        )
      }, 60_000)
    }
  }

  it('a question that comes after its call was cancelled is not put to the next client', async () => {
    await using upstream = processUpstream('gossip', GOSSIP)
    await upstream.catalog(AbortSignal.timeout(20_000))
    const heard: Heard[] = []
    await send(upstream, 'legacy', { who: 'alice', tool: 'slow', cancelAfterMs: 30, pauseMs: 0 }, heard)
    await send(upstream, 'legacy', { who: 'bob', tool: 'slow', cancelAfterMs: undefined, pauseMs: 0 }, heard)
    expect(heard.filter(({ who }) => who === 'bob').map(({ said }) => said)).not.toEqual([])
    expect(JSON.stringify(heard.filter(({ who }) => who === 'bob'))).not.toContain('of alice')
  })

  it('one client alone is asked and told everything', async () => {
    await using upstream = processUpstream('gossip', GOSSIP)
    await upstream.catalog(AbortSignal.timeout(20_000))
    const heard: Heard[] = []
    await send(upstream, 'legacy', { who: 'alice', tool: 'ask', cancelAfterMs: undefined, pauseMs: 0 }, heard)
    const said = JSON.stringify(heard)
    for (const what of ['log of alice', 'question of alice', 'progress of alice', 'answer of alice'])
      expect(said).toContain(what)
  })
})
