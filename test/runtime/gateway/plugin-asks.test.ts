import { type ClientAsk, type JsonObject, parseManifest } from '@nexus/plugin-api'
import { describe, expect, it } from 'vitest'
import { createIsolateUpstream } from '../../../runtime/src/gateway/upstream/create-isolate-upstream.ts'
import type { UpstreamRequest } from '../../../runtime/src/gateway/upstream/upstream.ts'
import { sandboxError } from '../../../runtime/src/sandbox/errors.ts'
import { type Invocation, NO_REGISTRATIONS, type Sandbox } from '../../../runtime/src/sandbox/sandbox.ts'
import { identity, principal } from './harness.ts'

const parsed = parseManifest({
  manifestVersion: 1,
  kind: 'connector',
  id: 'acme/asker',
  version: '1.0.0',
  displayName: 'Asker',
  description: 'Asks.',
  license: 'MIT',
  engines: { nexus: '>=0.1.0' },
  contributes: { tools: [{ name: 'ask', description: 'Asks.', inputSchema: { type: 'object' } }] },
})
if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues))
const { manifest } = parsed

/** A sandbox whose plugin does with each call what `handler` says: the port that the upstream stands on. */
function askerWith(handler: (invocation: Invocation) => unknown, granted: readonly ClientAsk[] = ['elicitation']) {
  const used: ClientAsk[] = []
  const sandbox: Sandbox = {
    id: 's1',
    tier: 'isolate',
    registrations: { ...NO_REGISTRATIONS, tools: ['ask'] },
    invoke: async (invocation) => JSON.stringify(await handler(invocation)),
    usage: () => ({ calls: 0, errors: 0, cpuMicroseconds: 0, heapBytes: 0, capabilityCalls: 0 }),
    exited: new Promise(() => undefined),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
  const asks = { granted, used: (ask: ClientAsk) => void used.push(ask) }
  const upstream = createIsolateUpstream({ identity: identity('asker'), manifest, sandbox: async () => sandbox, asks })
  const call = async (more: Partial<UpstreamRequest> = {}) => {
    const result = await upstream.request({
      method: 'tools/call',
      params: { name: 'ask' },
      requestId: 'r1',
      principal: principal('token:alice'),
      signal: new AbortController().signal,
      ...more,
    })
    return result.value()
  }
  return { call, used }
}

const client = (era: 'legacy' | 'modern', capabilities: JsonObject) => ({
  client: { key: 'k', era, capabilities, info: undefined, logLevel: undefined },
})
const FORM = {
  method: 'elicitation/create',
  params: { message: 'Name?', requestedSchema: { type: 'object', properties: { name: { type: 'string' } } } },
}
const wants = (inputRequests: JsonObject, rest: JsonObject = {}) => ({
  resultType: 'input_required',
  inputRequests,
  ...rest,
})

describe('a plugin that answers with questions [H5, G2]', () => {
  it('may ask what it was granted, and that is noted', async () => {
    const { call, used } = askerWith(() => wants({ name: FORM }, { requestState: 's' }))
    expect(await call()).toEqual(wants({ name: FORM }, { requestState: 's' }))
    expect(used).toEqual(['elicitation'])
  })

  it('may not ask anything else', async () => {
    const { call, used } = askerWith(() => wants({ roots: { method: 'roots/list' } }))
    await expect(call()).rejects.toMatchObject({ code: 'INPUT_NOT_GRANTED', fault: 'plugin' })
    expect(used).toEqual([])
  })

  it.each([
    ['another method', wants({ a: { method: 'tools/call', params: {} } })],
    ['a broken form', wants({ a: { method: 'elicitation/create', params: { message: 'm' } } })],
    ['neither question nor state', { resultType: 'input_required' }],
    ['a result besides', wants({ a: FORM }, { content: [] })],
  ])('is refused with %s', async (_what, result) => {
    await expect(askerWith(() => result).call()).rejects.toMatchObject({ code: 'UPSTREAM_PROTOCOL' })
  })

  it('hears the capabilities of the client, and its answers with the state of the round', async () => {
    const heard: unknown[] = []
    const { call } = askerWith(({ facts }) => {
      heard.push(facts === undefined ? undefined : JSON.parse(facts))
      return { content: [] }
    })
    await call()
    await call(client('modern', {}))
    await call({
      ...client('modern', { roots: {} }),
      params: { name: 'ask', inputResponses: { a: { action: 'accept' } }, requestState: 's' },
    })
    expect(heard).toEqual([
      undefined,
      undefined,
      { capabilities: { roots: {} }, inputResponses: { a: { action: 'accept' } }, requestState: 's' },
    ])
  })
})

describe('a plugin that asks within a call [H5, G2]', () => {
  const asks = (invocation: Invocation) =>
    invocation.ask?.(
      'elicitation/create',
      { mode: 'url', message: 'Go', url: 'https://example.com' },
      invocation.signal,
    )

  it('asks a legacy client with the id that its revision wants, and a modern one without', async () => {
    const sent: unknown[] = []
    const onRequest = async (message: unknown) => {
      sent.push(message)
      return { action: 'accept', content: [] }
    }
    const { call } = askerWith(asks)
    const declared = { elicitation: { url: {} } }
    await call({ ...client('legacy', declared), onRequest })
    await call({ ...client('modern', declared), onRequest })
    const params = { mode: 'url', message: 'Go', url: 'https://example.com' }
    expect(sent).toEqual([
      { method: 'elicitation/create', params: { ...params, elicitationId: expect.any(String) } },
      { method: 'elicitation/create', params },
    ])
  })

  it('fails where nobody can be asked, and where the client did not declare it', async () => {
    const { call } = askerWith(asks)
    await expect(call()).rejects.toMatchObject({ code: 'INPUT_UNSUPPORTED' })
    const formsOnly = client('legacy', { elicitation: {} })
    await expect(call({ ...formsOnly, onRequest: async () => ({}) })).rejects.toMatchObject({
      code: 'CLIENT_CAPABILITY_MISSING',
    })
  })

  it('lets a modern client know what it lacks, only when that is why the call failed', async () => {
    const refused = (pluginCode: string, asksFirst: boolean) =>
      askerWith(async (invocation) => {
        if (asksFirst) await asks(invocation)?.catch(() => undefined)
        throw sandboxError('PLUGIN_ERROR', 'It failed.', { details: { pluginCode } })
      }).call(client('modern', {}))
    await expect(refused('CLIENT_CAPABILITY_MISSING', true)).rejects.toMatchObject({
      details: { rpc: { code: -32021, data: { requiredCapabilities: { elicitation: { url: {} } } } } },
    })
    // A code of the plugin's own making is not believed.
    await expect(refused('CLIENT_CAPABILITY_MISSING', false)).rejects.toMatchObject({ code: 'PLUGIN_ERROR' })
    await expect(refused('OTHER', true)).rejects.toMatchObject({ code: 'PLUGIN_ERROR' })
  })
})
