import type { JsonObject } from '@nexus/plugin-api'
import { describe, expect, it } from 'vitest'
import { askInRounds } from '../../../../runtime/src/gateway/bridge/ask-in-rounds.ts'
import { MAX_INPUT_ROUNDS } from '../../../../runtime/src/gateway/bridge/limits.ts'
import type { Call } from '../../../../runtime/src/gateway/call.ts'
import { gatewayError, upstreamAnsweredError } from '../../../../runtime/src/gateway/errors.ts'
import type { UpstreamMessage } from '../../../../runtime/src/gateway/upstream/upstream.ts'
import { RpcResult } from '../../../../runtime/src/gateway/wire/rpc-result.ts'
import { EVERYTHING, modernCall, QUESTION, ROOTS, SAMPLE } from './bridge-fixture.ts'

const VISIT: UpstreamMessage = { method: 'elicitation/create', params: { mode: 'url', url: 'https://a.example/in' } }
const wants = (inputRequests: Readonly<Record<string, UpstreamMessage>>, requestState?: string): JsonObject => ({
  resultType: 'input_required',
  inputRequests: JSON.parse(JSON.stringify(inputRequests)) as JsonObject,
  ...(requestState === undefined ? {} : { requestState }),
})
const later = (requestState: string): JsonObject => ({ resultType: 'input_required', requestState })
const done: JsonObject = { resultType: 'complete', content: [] }

/** A legacy client's call, and an upstream that answers with these, one after the other. */
function scene(answers: readonly JsonObject[], ask: Call['ask'], capabilities = EVERYTHING) {
  const sent: (JsonObject | undefined)[] = []
  const base = modernCall({ era: 'legacy', capabilities, ask })
  const run = (call: Call = base) =>
    askInRounds(call, { name: 'tool' }, (params) => {
      sent.push(params)
      return Promise.resolve(RpcResult.of(answers[sent.length - 1] ?? done))
    })
  return { sent, run, said: base.said, call: base }
}
const code = (name: string) => expect.objectContaining({ code: name })
const never = () => new Promise<never>(() => undefined)

describe('a legacy client of a modern upstream, round by round [G2]', () => {
  it('all questions of a round are asked at once, and answered under their names with the state', async () => {
    let open = 0
    let most = 0
    const ask = async ({ method }: UpstreamMessage) => {
      open += 1
      most = Math.max(most, open)
      await new Promise((resolve) => setTimeout(resolve, 10))
      open -= 1
      return { asked: method }
    }
    const { sent, run } = scene([wants({ a: QUESTION, b: SAMPLE, c: ROOTS }, 'state-1'), done], ask)
    await run()
    expect(most).toBe(3)
    expect(sent[1]).toEqual({
      name: 'tool',
      inputResponses: {
        a: { asked: 'elicitation/create' },
        b: { asked: 'sampling/createMessage' },
        c: { asked: 'roots/list' },
      },
      requestState: 'state-1',
    })
  })

  it('a state is not carried into a round that has none', async () => {
    const { sent, run } = scene([wants({ a: QUESTION }, 'one'), wants({ b: QUESTION }), done], async () => ({}))
    await run()
    expect(sent[2]).toEqual({ name: 'tool', inputResponses: { b: {} } })
  })

  it('a URL gets an id, is asked for once however often the upstream says not yet, and its end is told', async () => {
    const asked: UpstreamMessage[] = []
    const ask = async (message: UpstreamMessage) => (asked.push(message), { action: 'accept' })
    const { sent, run, said } = scene([wants({ in: VISIT }, 's1'), wants({ in: VISIT }, 's2'), done], ask)
    await run()
    expect(asked).toHaveLength(1)
    const elicitationId = asked[0]?.params?.['elicitationId']
    expect(elicitationId).toEqual(expect.any(String))
    expect(sent[2]).toMatchObject({ requestState: 's2', inputResponses: { in: { action: 'accept' } } })
    expect(said).toEqual([{ method: 'notifications/elicitation/complete', params: { elicitationId } }])
  })

  it('an upstream that says only "later" is tried again with its state and no answers', async () => {
    const { sent, run } = scene([later('wait'), done], never)
    await run()
    expect(sent[1]).toEqual({ name: 'tool', requestState: 'wait' })
  })

  it('a URL that was refused is refused, and nobody is told of its end', async () => {
    const { sent, run, said } = scene([wants({ in: VISIT })], async () => ({ action: 'decline' }))
    await run()
    expect(sent[1]).toMatchObject({ inputResponses: { in: { action: 'decline' } } })
    expect(said).toEqual([])
  })

  it('a client that answers an elicitation with an error has cancelled it; any other error ends the call', async () => {
    const fails = () => Promise.reject(upstreamAnsweredError({ code: -1, message: 'No window.' }))
    const form = scene([wants({ a: QUESTION })], fails)
    await form.run()
    expect(form.sent[1]).toMatchObject({ inputResponses: { a: { action: 'cancel' } } })
    await expect(scene([wants({ a: SAMPLE })], fails).run()).rejects.toThrow('No window.')
  })

  it('what the client did not declare is not asked, and the other questions are taken back', async () => {
    const withdrawn: boolean[] = []
    const ask: Call['ask'] = (_message, signal) => {
      signal?.addEventListener('abort', () => withdrawn.push(true))
      return never()
    }
    const { run } = scene([wants({ a: QUESTION, b: SAMPLE })], ask, { elicitation: {} })
    await expect(run()).rejects.toEqual(code('INPUT_UNSUPPORTED'))
    expect(withdrawn).toEqual([true])
    await expect(scene([wants({ a: QUESTION })], undefined).run()).rejects.toEqual(code('INPUT_UNSUPPORTED'))
  })

  it('an upstream that never has enough is ended with a code', async () => {
    const endless = Array.from({ length: MAX_INPUT_ROUNDS + 1 }, () => wants({ a: QUESTION }))
    const { sent, run } = scene(endless, async () => ({ action: 'accept' }))
    await expect(run()).rejects.toEqual(code('INPUT_ROUNDS'))
    expect(sent).toHaveLength(MAX_INPUT_ROUNDS + 1)
  })

  it('a call that ends while it waits for an upstream to be ready stops waiting', async () => {
    const stop = new AbortController()
    const { run, call } = scene(
      Array.from({ length: 100 }, () => later('wait')),
      never,
    )
    const running = run({ ...call, signal: stop.signal })
    stop.abort(gatewayError('CALL_CANCELLED', 'The client left.'))
    await expect(running).rejects.toEqual(code('CALL_CANCELLED'))
  })

  it('questions that are no requests are the upstream’s fault', async () => {
    const broken: JsonObject = { resultType: 'input_required', inputRequests: { a: 'Your name?' } }
    await expect(scene([broken], never).run()).rejects.toEqual(code('UPSTREAM_PROTOCOL'))
  })
})
