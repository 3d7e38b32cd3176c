import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { processUpstream, type RunningGateway, startGateway, WILD } from './harness.ts'
import { connectLegacy, connectModern, textOf } from './sdk-clients.ts'

describe('policy and audit on the way of a call [I5, O1]', () => {
  let nexus: RunningGateway
  beforeEach(async () => {
    nexus = await startGateway()
    nexus.add(processUpstream('wild', WILD))
  })
  afterEach(() => nexus[Symbol.asyncDispose]())

  it('a denied call does not reach the upstream and says why', async () => {
    nexus.policy.denied.add('echo')
    const client = await connectModern(`${nexus.url}/mcp`)
    await expect(client.callTool({ name: 'echo', arguments: {} })).rejects.toMatchObject({
      code: -32010,
      data: { code: 'POLICY_DENIED', reason: 'not today', rule: 'rule-1' },
    })
    expect(nexus.events.at(-1)).toMatchObject({
      action: 'tool.denied',
      actor: 'token:alice',
      target: 'nexus/wild:echo',
      outcome: 'denied',
      details: { rule: 'rule-1', upstream: 'wild', era: 'modern' },
    })
    await client.close()
  })

  it('a policy that breaks denies', async () => {
    nexus.policy.broken = true
    const client = await connectModern(`${nexus.url}/mcp`)
    await expect(client.callTool({ name: 'echo', arguments: {} })).rejects.toMatchObject({
      data: { code: 'POLICY_DENIED' },
    })
    await client.close()
  })

  it('a tool that policy hides is not listed', async () => {
    nexus.policy.hidden.add('echo')
    const client = await connectLegacy(`${nexus.url}/mcp`)
    expect((await client.listTools()).tools.map(({ name }) => name)).not.toContain('echo')
    await client.close()
  })

  it('a result goes through review when a policy inspects results', async () => {
    nexus.policy.review = 'masked'
    const client = await connectLegacy(`${nexus.url}/mcp`)
    expect(textOf(await client.callTool({ name: 'echo', arguments: { secret: 1 } }))).toBe('masked')
    await client.close()
  })

  it('records each call with its outcome and duration, and never its arguments', async () => {
    const client = await connectLegacy(`${nexus.url}/mcp`)
    await client.callTool({ name: 'echo', arguments: { password: 'hunter2' } })
    await client.callTool({ name: 'fail' })
    await client.readResource({ uri: 'wild://cancelled' })
    await client.getPrompt({ name: 'greet' })
    expect(nexus.events.map(({ action, target, outcome }) => [action, target, outcome])).toEqual([
      ['tool.called', 'nexus/wild:echo', 'ok'],
      ['tool.called', 'nexus/wild:fail', 'failed'],
      ['resource.read', 'nexus/wild:wild://cancelled', 'ok'],
      ['prompt.read', 'nexus/wild:greet', 'ok'],
    ])
    expect(nexus.events[0]?.details?.['durationMs']).toBeTypeOf('number')
    expect(JSON.stringify(nexus.events)).not.toContain('hunter2')
    await client.close()
  })
})

describe('principals that share an upstream [G2, I2]', () => {
  it('never see answers, progress or logs of each other, however their calls interleave', async () => {
    const nexus = await startGateway()
    nexus.add(processUpstream('wild', WILD))
    const clients = {
      alice: await connectLegacy(`${nexus.url}/mcp`, 'alice'),
      bob: await connectLegacy(`${nexus.url}/mcp`, 'bob'),
    }
    const step = fc.record({
      who: fc.constantFrom('alice' as const, 'bob' as const),
      tool: fc.constantFrom('echo', 'progress', 'log'),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 12 }), async (steps) => {
        const answers = await Promise.all(
          steps.map(async ({ who, tool }, index) => {
            const seen: number[] = []
            const result = await clients[who].callTool({ name: tool, arguments: { who, index } }, undefined, {
              onprogress: ({ progress }) => void seen.push(progress),
            })
            return { who, tool, index, seen, text: textOf(result) }
          }),
        )
        for (const { who, tool, index, seen, text } of answers) {
          if (tool === 'echo') expect(JSON.parse(text)).toEqual({ who, index })
          expect(seen).toEqual(tool === 'progress' ? [1, 2] : [])
        }
      }),
      { numRuns: 25 },
    )
    await clients.alice.close()
    await clients.bob.close()
    await nexus[Symbol.asyncDispose]()
  })

  it('a principal of another workspace sees none of its upstreams', async () => {
    const nexus = await startGateway()
    nexus.add(processUpstream('wild', WILD))
    const client = await connectModern(`${nexus.url}/mcp`, 'other')
    expect((await client.listTools()).tools).toEqual([])
    await expect(client.callTool({ name: 'echo', arguments: {} })).rejects.toMatchObject({ code: -32602 })
    await client.close()
    await nexus[Symbol.asyncDispose]()
  })
})
