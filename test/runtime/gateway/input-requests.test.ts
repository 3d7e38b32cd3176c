// oxlint-disable typescript/no-unsafe-type-assertion -- what comes off the wire is checked by the test that asked for it
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PairHttp, startPairHttp } from '../../fixtures/mcp/pair-http.ts'
import { type FixtureServer, startLegacyServer, startModernServer } from '../../fixtures/mcp/sdk-http.ts'
import { processUpstream, remoteUpstream, type RunningGateway, startGateway, WILD } from './harness.ts'
import { connectLegacy, connectModern, textOf } from './sdk-clients.ts'
import { META, modern as post } from './wire.ts'

type Json = Record<string, unknown>
const elicitation = { elicitation: { form: {} } }
const ACCEPT = { action: 'accept', content: { name: 'Ada' } }

describe('upstreams that ask the client [G2]', () => {
  let nexus: RunningGateway
  let legacy: FixtureServer
  let modern: FixtureServer

  beforeAll(async () => {
    nexus = await startGateway()
    legacy = await startLegacyServer()
    modern = await startModernServer()
    nexus.add(processUpstream('wild', WILD))
    nexus.add(remoteUpstream('old', legacy.url))
    nexus.add(remoteUpstream('new', modern.url))
  })
  afterAll(async () => {
    await nexus[Symbol.asyncDispose]()
    await legacy[Symbol.asyncDispose]()
    await modern[Symbol.asyncDispose]()
  })

  for (const [name, expected] of [
    ['elicit', '{"action":"accept","content":{"name":"Ada"}}'],
    ['old__ask', 'accept'],
    ['new__ask', 'accept'],
  ] as const) {
    it(`a legacy client answers an elicitation of ${name}`, async () => {
      const client = await connectLegacy(`${nexus.url}/mcp`, 'alice', elicitation)
      client.setRequestHandler(ElicitRequestSchema, () => ({ action: 'accept' as const, content: { name: 'Ada' } }))
      expect(textOf(await client.callTool({ name }))).toBe(expected)
      await client.close()
    })

    it(`a modern client declines an elicitation of ${name}`, async () => {
      const client = await connectModern(`${nexus.url}/mcp`, 'alice', elicitation)
      client.setRequestHandler('elicitation/create', () => ({ action: 'decline' as const }))
      expect(textOf(await client.callTool({ name }))).toContain('decline')
      await client.close()
    })

    it(`a legacy client that fails at an elicitation of ${name} ends the call with an answer`, async () => {
      const client = await connectLegacy(`${nexus.url}/mcp`, 'alice', elicitation)
      client.setRequestHandler(ElicitRequestSchema, () => {
        throw new Error('The window is gone.')
      })
      const said = textOf(await client.callTool({ name }))
      expect(said).toMatch(name === 'new__ask' ? /^cancel$/ : /The window is gone/)
      await client.close()
    })
  }

  it('an upstream is told when the client of the call cannot be asked', async () => {
    const client = await connectLegacy(`${nexus.url}/mcp`)
    expect(textOf(await client.callTool({ name: 'elicit' }))).toContain('-32601')
    await client.close()
  })

  for (const [era, connect] of [
    ['legacy', connectLegacy],
    ['modern', connectModern],
  ] as const) {
    it(`a question on a shared process goes to no ${era} client while two have calls in flight`, async () => {
      const alice = await connectLegacy(`${nexus.url}/mcp`, 'alice', elicitation)
      const bob = await connect(`${nexus.url}/mcp`, 'bob', elicitation)
      const asked: string[] = []
      alice.setRequestHandler(
        ElicitRequestSchema,
        () => (asked.push('alice'), { action: 'accept' as const, content: {} }),
      )
      const controller = new AbortController()
      const options = { signal: controller.signal }
      const hanging = (
        'listen' in bob ? bob.callTool({ name: 'hang' }, options) : bob.callTool({ name: 'hang' }, undefined, options)
      ).catch(() => 'cancelled')
      await bob.callTool({ name: 'pid' })
      expect(textOf(await alice.callTool({ name: 'elicit' }))).toContain('none or several')
      expect(asked).toEqual([])
      controller.abort()
      await hanging
      await alice.close()
      await bob.close()
    })
  }
})

describe('a modern client of a legacy upstream, on the wire [G2]', () => {
  let nexus: RunningGateway
  let old: PairHttp
  let young: PairHttp

  beforeAll(async () => {
    nexus = await startGateway()
    old = await startPairHttp('legacy')
    young = await startPairHttp('modern')
    nexus.add(remoteUpstream('old', old.url))
    nexus.add(remoteUpstream('new', young.url))
  })
  afterAll(async () => {
    await nexus[Symbol.asyncDispose]()
    await old[Symbol.asyncDispose]()
    await young[Symbol.asyncDispose]()
  })

  const meta = { ...META, 'io.modelcontextprotocol/clientCapabilities': elicitation }
  const call = async (params: Json, change: { token?: string; on?: RunningGateway; method?: string } = {}) => {
    const { on = nexus, method = 'tools/call', token = 'alice' } = change
    const answer = await post(on, method, { _meta: meta, arguments: {}, ...params }, { token })
    const text = await answer.text()
    const last = text.startsWith('{')
      ? text
      : (text
          .match(/^data: (.*)$/gm)
          ?.at(-1)
          ?.slice('data: '.length) ?? '')
    return JSON.parse(last) as { result: Json; error: { code: number; data: { code: string } } }
  }
  /** Begins a call; answers with what a retry needs. */
  const begin = async (name: string, change = {}) => {
    const { result } = await call({ name }, change)
    expect(result).toMatchObject({ resultType: 'input_required', requestState: expect.any(String) })
    const [key = ''] = Object.keys(result['inputRequests'] as Json)
    return { name, inputResponses: { [key]: ACCEPT }, requestState: String(result['requestState']) }
  }
  const refused = async (params: Json, change = {}) => (await call(params, change)).error.data.code

  for (const name of ['old__form', 'new__form']) {
    it(`${name}: asks in a result, and goes on with the answers`, async () => {
      const retry = await begin(name)
      const { result } = await call(retry)
      expect(result).toMatchObject({ resultType: 'complete', content: [{ text: JSON.stringify({ name: ACCEPT }) }] })
    })

    it(`${name}: the client never sees what the upstream keeps in its state`, async () => {
      const { requestState } = await begin(name)
      for (const part of requestState.split('.')) {
        expect(Buffer.from(part, 'base64url').toString('latin1')).not.toContain('round')
      }
    })

    it(`${name}: a state is refused when it was changed, and to anybody and anything else`, async () => {
      const retry = await begin(name)
      expect(await refused({ ...retry, requestState: `${retry.requestState}-TAMPERED` })).toBe('STATE_INVALID')
      expect(await refused({ ...retry, requestState: 'state-1' })).toBe('STATE_INVALID')
      expect(await refused(retry, { token: 'bob' })).toBe('STATE_INVALID')
      expect(await refused({ ...retry, name: name.replace('form', 'twice') })).toBe('STATE_INVALID')
      expect(await refused({ ...retry, arguments: { other: true } })).toBe('STATE_INVALID')
      const prompt = { ...retry, name: name.replace('form', 'asks') }
      expect(await refused(prompt, { method: 'prompts/get' })).toBe('STATE_INVALID')
      const { error } = await call({ ...retry, requestState: 7 })
      expect(error).toMatchObject({ code: -32_602, data: { code: 'STATE_INVALID' } })
      expect((await call(retry)).result).toMatchObject({ resultType: 'complete' })
    })
  }

  it('a policy that rewrites results leaves the state alone', async () => {
    nexus.policy.rewrite = (result) =>
      JSON.parse(JSON.stringify(result).replaceAll(/[A-Za-z0-9_-]{20,}/g, '*')) as never
    const retry = await begin('old__form')
    nexus.policy.rewrite = undefined
    expect((await call(retry)).result).toMatchObject({ resultType: 'complete' })
  })

  it('of many retries at once exactly one goes on, and the upstream runs once', async () => {
    const retry = await begin('old__form')
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => call(retry)))
    expect(outcomes.filter(({ result }) => result !== undefined)).toHaveLength(1)
    const codes = outcomes.flatMap(({ error }) => (error === undefined ? [] : [error.data.code]))
    expect(codes).toEqual(Array.from({ length: 5 }, () => 'STATE_USED'))
  })

  it('answers that are not an object do not use up the state', async () => {
    const retry = await begin('old__form')
    expect(await refused({ ...retry, inputResponses: 'yes' })).toBe('PARAMS_INVALID')
    const again = (await call({ ...retry, inputResponses: {} })).result
    expect(again).toMatchObject({ resultType: 'input_required' })
    expect((await call({ ...retry, requestState: again['requestState'] })).result).toMatchObject({
      resultType: 'complete',
    })
  })

  it('an upstream that dies while a call is parked is told to who comes back', async () => {
    const retry = await begin('old__form')
    old.restart()
    await expect
      .poll(async () => (await call(retry)).error?.data.code, { timeout: 10_000 })
      .toMatch(/UPSTREAM_DIED|STATE_USED/)
  })

  it('a state of another node opens there only, and says so where it does not', async () => {
    const stateKey = Buffer.alloc(32, 7)
    const [one, two] = [await startGateway({ stateKey }), await startGateway({ stateKey })]
    for (const node of [one, two]) {
      node.add(remoteUpstream('old', old.url))
      node.add(remoteUpstream('new', young.url))
    }
    const parked = await begin('old__form', { on: one })
    const { error } = await call(parked, { on: two })
    expect(error).toMatchObject({ code: -32_602, data: { code: 'STATE_ELSEWHERE', node: expect.any(String) } })
    expect((await call(parked, { on: one })).result).toMatchObject({ resultType: 'complete' })
    const carried = await begin('new__form', { on: one })
    expect((await call(carried, { on: two })).result).toMatchObject({ resultType: 'complete' })
    await one[Symbol.asyncDispose]()
    await two[Symbol.asyncDispose]()
  })

  it('a principal that parks too many calls is refused, and others are not', async () => {
    const refusals: unknown[] = []
    for (let count = 0; count < 20; count += 1) {
      const { error } = await call({ name: 'old__form', arguments: { count } })
      if (error !== undefined) refusals.push(error.data.code)
    }
    expect(new Set(refusals)).toEqual(new Set(['PARKED_LIMIT']))
    await begin('old__form', { token: 'bob' })
  })
})
