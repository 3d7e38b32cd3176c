import type { JsonObject } from '@nexus/plugin-api'
import { describe, expect, it } from 'vitest'
import type { AuditEvent } from '../../../../runtime/src/audit/audit.ts'
import { Bridge } from '../../../../runtime/src/gateway/bridge/bridge.ts'
import {
  GATHER_MS,
  MAX_UPSTREAM_STATE_BYTES,
  PARK_MS,
  STATE_MS,
} from '../../../../runtime/src/gateway/bridge/limits.ts'
import { forward } from '../../../../runtime/src/gateway/router/forward.ts'
import type { Upstream, UpstreamRequest } from '../../../../runtime/src/gateway/upstream/upstream.ts'
import { RpcResult } from '../../../../runtime/src/gateway/wire/rpc-result.ts'
import { modernCall, QUESTION, SAMPLE, TestClock, upstreamNamed } from './bridge-fixture.ts'

const asks = (state?: string): JsonObject => ({
  resultType: 'input_required',
  inputRequests: { name: JSON.parse(JSON.stringify(QUESTION)) as JsonObject },
  ...(state === undefined ? {} : { requestState: state }),
})
const coded = (code: string) => expect.objectContaining({ code })

function open(answer: (request: UpstreamRequest) => Promise<RpcResult>) {
  const clock = new TestClock()
  const events: AuditEvent[] = []
  const audit = { record: (event: AuditEvent) => void events.push(event) }
  const bridge = new Bridge({ stateKey: Buffer.alloc(32, 1), audit, clock })
  const sent: (JsonObject | undefined)[] = []
  const upstream: Upstream = {
    ...upstreamNamed('one'),
    request: (request) => (sent.push(request.params), answer(request)),
  }
  const call = async (extra: JsonObject = {}, change = {}): Promise<JsonObject> => {
    const params = { name: 'ask', arguments: {}, ...extra }
    const running = forward(bridge, modernCall({ params, ...change }), upstream, params)
    running.catch(() => undefined)
    await clock.advance(GATHER_MS)
    return (await running).value()
  }
  return { clock, events, sent, call }
}

describe('the bridge between the eras [G2]', () => {
  it('keeps the state of a modern upstream from its client and gives it back', async () => {
    const { call, sent } = open(({ params }) =>
      Promise.resolve(RpcResult.of(params?.['requestState'] === undefined ? asks('its own state') : { content: [] })),
    )
    const { requestState, ...rest } = await call()
    expect(rest).toEqual({ resultType: 'input_required', inputRequests: { name: QUESTION } })
    expect(requestState).not.toContain('its own state')
    const answers = { inputResponses: { name: { action: 'accept' } } }
    expect(await call({ ...answers, ...(requestState === undefined ? {} : { requestState }) })).toEqual({ content: [] })
    expect(sent[1]).toEqual({ name: 'ask', arguments: {}, ...answers, requestState: 'its own state' })
  })

  it('adds no state where the upstream has none', async () => {
    const { call } = open(() => Promise.resolve(RpcResult.of(asks())))
    expect(await call()).not.toHaveProperty('requestState')
  })

  it('refuses a state that is too old, too large or no text', async () => {
    let state: JsonObject = { requestState: 'x' }
    const { call, clock } = open(() => Promise.resolve(RpcResult.of({ ...asks(), ...state })))
    const { requestState = null } = await call()
    await clock.advance(STATE_MS)
    await expect(call({ requestState })).rejects.toEqual(coded('STATE_EXPIRED'))
    state = { requestState: 'x'.repeat(MAX_UPSTREAM_STATE_BYTES + 1) }
    await expect(call()).rejects.toEqual(coded('UPSTREAM_PROTOCOL'))
    state = { requestState: { an: 'object' } }
    await expect(call()).rejects.toEqual(coded('UPSTREAM_PROTOCOL'))
  })

  it('tells a client that lacks what a modern upstream asks for, in the words of the revision', async () => {
    const wanted = { resultType: 'input_required', inputRequests: { a: { ...SAMPLE, params: SAMPLE.params ?? {} } } }
    const { call } = open(() => Promise.resolve(RpcResult.of(wanted)))
    await expect(call({}, { capabilities: { elicitation: {} } })).rejects.toMatchObject({
      details: { rpc: { code: -32_021, data: { requiredCapabilities: { sampling: {} } } } },
    })
  })

  it('sends the state of other methods on as it is', async () => {
    const { call, sent } = open(() => Promise.resolve(RpcResult.of({ completion: { values: [] } })))
    await call({ requestState: 'not ours' }, { method: 'completion/complete' })
    expect(sent[0]).toMatchObject({ requestState: 'not ours' })
  })

  it('writes down a call whose client never came back, and cancels it', async () => {
    let reason: unknown
    const { call, clock, events } = open(({ signal, onRequest }) => {
      signal.addEventListener('abort', () => (reason = signal.reason))
      return onRequest?.(QUESTION).then(RpcResult.of) ?? Promise.reject(new Error('Cannot ask.'))
    })
    const { requestState = null } = await call()
    await clock.advance(PARK_MS)
    expect(reason).toEqual(coded('INPUT_TIMEOUT'))
    expect(events).toEqual([
      expect.objectContaining({
        action: 'call.abandoned',
        actor: 'token:alice',
        target: 'nexus/one:ask',
        outcome: 'failed',
        details: expect.objectContaining({ code: 'INPUT_TIMEOUT', upstream: 'one' }),
      }),
    ])
    await expect(call({ requestState })).rejects.toEqual(coded('STATE_EXPIRED'))
  })
})
