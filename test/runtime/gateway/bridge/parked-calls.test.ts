import type { JsonObject } from '@nexus/plugin-api'
import { describe, expect, it } from 'vitest'
import {
  GATHER_MS,
  MAX_PARKED_BYTES,
  MAX_PARKED_PER_PRINCIPAL,
  MAX_PARKED_ROUNDS,
  MAX_QUESTION_BYTES,
  MAX_QUESTIONS,
  PARK_MS,
  PARKED_TOTAL_MS,
} from '../../../../runtime/src/gateway/bridge/limits.ts'
import type { Life } from '../../../../runtime/src/gateway/bridge/parked-call.ts'
import { type Parked, ParkedCalls } from '../../../../runtime/src/gateway/bridge/parked-calls.ts'
import type { Call } from '../../../../runtime/src/gateway/call.ts'
import type { UpstreamMessage } from '../../../../runtime/src/gateway/upstream/upstream.ts'
import { RpcResult } from '../../../../runtime/src/gateway/wire/rpc-result.ts'
import { principal } from '../harness.ts'
import { asking, modernCall, QUESTION, ROOTS, SAMPLE, TestClock } from './bridge-fixture.ts'

const ACCEPT: JsonObject = { action: 'accept', content: { name: 'Ada' } }

function open() {
  const clock = new TestClock()
  const table = new ParkedCalls(clock)
  return {
    clock,
    table,
    /** Begins a call and lets the questions of the moment gather. */
    async begin(send: (life: Life) => Promise<RpcResult>, call: Call = modernCall()): Promise<RpcResult | Parked> {
      const begun = table.begin(call, send)
      begun.catch(() => undefined)
      await clock.advance(GATHER_MS)
      return begun
    },
    async resume(of: Parked, responses: JsonObject, call: Call = modernCall()): Promise<RpcResult | Parked> {
      const resumed = table.resume(call, of.id, of.round, responses)
      resumed.catch(() => undefined)
      await clock.advance(GATHER_MS)
      return resumed
    },
  }
}

function parked(turn: RpcResult | Parked): Parked {
  if (turn instanceof RpcResult) throw new Error(`Expected questions, found ${JSON.stringify(turn.value())}.`)
  return turn
}

function heard(turn: RpcResult | Parked): unknown {
  if (turn instanceof RpcResult) return turn.value()['heard']
  throw new Error(`Expected a result, found ${JSON.stringify(turn.inputRequests)}.`)
}

const coded = (code: string) => expect.objectContaining({ code })

/** Answers every question of one kind of its own. */
function answerAll({ inputRequests }: Parked): JsonObject {
  const answers: Readonly<Record<string, JsonObject>> = {
    'elicitation/create': ACCEPT,
    'sampling/createMessage': { role: 'assistant', content: { type: 'text', text: 'Paris' }, model: 'm' },
    'roots/list': { roots: [{ uri: 'file:///a' }] },
  }
  return Object.fromEntries(
    Object.entries(inputRequests).map(([key, request]) => [
      key,
      answers[(request as { readonly method: string }).method] ?? {},
    ]),
  )
}

describe('parked calls [G2]', () => {
  it('a call that asks nothing is answered at once and never parked', async () => {
    const { table, clock, begin } = open()
    expect(heard(await begin(asking()))).toEqual([])
    expect(table.size).toBe(0)
    expect(clock.timers()).toBe(0)
  })

  it('several questions of a moment are asked together, and each gets its own answer', async () => {
    const { table, begin, resume } = open()
    const asked = parked(await begin(asking(QUESTION, SAMPLE, ROOTS)))
    expect(Object.values(asked.inputRequests)).toEqual([QUESTION, SAMPLE, ROOTS])
    expect(heard(await resume(asked, answerAll(asked)))).toEqual([
      ACCEPT,
      expect.objectContaining({ model: 'm' }),
      { roots: [{ uri: 'file:///a' }] },
    ])
    expect(table.size).toBe(0)
  })

  it('an upstream may ask again after an answer, round after round', async () => {
    const { begin, resume } = open()
    const send = async ({ onRequest }: Life) => {
      const answers = [await onRequest(QUESTION), await onRequest(SAMPLE), await onRequest(QUESTION)]
      return RpcResult.of({ heard: answers.length })
    }
    const first = parked(await begin(send))
    const second = parked(await resume(first, answerAll(first)))
    const third = parked(await resume(second, answerAll(second)))
    expect([first, second, third].map(({ round }) => round)).toEqual([1, 2, 3])
    expect(new Set([first, second, third].flatMap((one) => Object.keys(one.inputRequests))).size).toBe(3)
    expect(heard(await resume(third, answerAll(third)))).toBe(3)
  })

  it('what was not answered, or not with an answer, is asked again; what nobody asked is ignored', async () => {
    const { begin, resume } = open()
    const asked = parked(await begin(asking(QUESTION, SAMPLE)))
    const [name = '', sample = ''] = Object.keys(asked.inputRequests)
    const again = parked(await resume(asked, { [name]: { action: 'perhaps' }, stranger: ACCEPT }))
    expect(again.inputRequests).toEqual(asked.inputRequests)
    const last = parked(await resume(again, { [name]: ACCEPT }))
    expect(Object.keys(last.inputRequests)).toEqual([sample])
    expect(heard(await resume(last, answerAll(last)))).toHaveLength(2)
  })

  it('what the client did not declare is refused to the upstream, in its own era’s words', async () => {
    const { begin } = open()
    const call = (capabilities: JsonObject) => modernCall({ capabilities })
    const url: UpstreamMessage = { method: 'elicitation/create', params: { mode: 'url', url: 'https://a.example' } }
    const tools: UpstreamMessage = { method: 'sampling/createMessage', params: { tools: [], messages: [] } }
    const refused = (count: number) =>
      Array.from({ length: count }, () => ({ refused: expect.stringContaining('did not declare it') }))
    expect(heard(await begin(asking(SAMPLE, ROOTS, url), call({ elicitation: {} })))).toEqual(refused(3))
    expect(heard(await begin(asking(QUESTION, tools), call({ elicitation: { url: {} }, sampling: {} })))).toEqual(
      refused(2),
    )
    expect(heard(await begin(asking({ method: 'vendor/ask', params: {} }), call({ elicitation: {} })))).toEqual(
      refused(1),
    )
  })

  it('of concurrent retries with the same answers exactly one wins, and an old round opens nothing', async () => {
    const { begin, resume, table } = open()
    const send = async ({ onRequest }: Life) =>
      RpcResult.of({ heard: [await onRequest(QUESTION), await onRequest(ROOTS)] })
    const asked = parked(await begin(send))
    const settled = await Promise.allSettled(Array.from({ length: 5 }, () => resume(asked, answerAll(asked))))
    const won = settled.filter((one) => one.status === 'fulfilled')
    expect(won).toHaveLength(1)
    for (const one of settled) if (one.status === 'rejected') expect(one.reason).toEqual(coded('STATE_USED'))
    await expect(table.resume(modernCall(), asked.id, asked.round, {})).rejects.toEqual(coded('STATE_USED'))
    const [winner] = won
    if (winner === undefined) throw new Error('Nobody won.')
    const second = parked(winner.value)
    expect(heard(await resume(second, answerAll(second)))).toHaveLength(2)
    await expect(table.resume(modernCall(), second.id, second.round, {})).rejects.toEqual(coded('STATE_USED'))
  })

  it('a client that never returns costs a bounded time: the upstream’s call is cancelled, with a code', async () => {
    const { clock, table, begin } = open()
    const reason = Promise.withResolvers<unknown>()
    const send = ({ signal, onRequest }: Life) => {
      signal.addEventListener('abort', () => reason.resolve(signal.reason))
      return onRequest(QUESTION).then(RpcResult.of)
    }
    const asked = parked(await begin(send))
    expect(asked.expiresAt).toBe(clock.now() + PARK_MS)
    await clock.advance(PARK_MS - 1)
    expect(table.size).toBe(1)
    await clock.advance(1)
    expect(await reason.promise).toEqual(coded('INPUT_TIMEOUT'))
    expect(table.size).toBe(0)
    expect(clock.timers()).toBe(0)
  })

  it('a client that always returns cannot keep a call for ever', async () => {
    const { clock, begin, resume } = open()
    const send = async ({ onRequest }: Life) => {
      for (;;) await onRequest(QUESTION)
    }
    let asked = parked(await begin(send))
    for (let waited = 0; waited < PARKED_TOTAL_MS / PARK_MS - 1; waited += 1) {
      await clock.advance(PARK_MS - 1_000)
      asked = parked(await resume(asked, answerAll(asked)))
    }
    expect(asked.expiresAt).toBeLessThanOrEqual(clock.now() + PARK_MS)
    await clock.advance(PARK_MS - 1_000)
    await expect(resume(asked, answerAll(asked))).resolves.toBeDefined()
    const rounds = open()
    asked = parked(await rounds.begin(send))
    for (let round = 1; round < MAX_PARKED_ROUNDS; round += 1) {
      asked = parked(await rounds.resume(asked, answerAll(asked)))
    }
    await expect(rounds.resume(asked, answerAll(asked))).rejects.toEqual(coded('INPUT_ROUNDS'))
    expect(rounds.table.size).toBe(0)
  })

  it('one principal cannot take the room of the others', async () => {
    const { begin, table } = open()
    const cancelled: unknown[] = []
    const send = ({ signal, onRequest }: Life) => {
      signal.addEventListener('abort', () => cancelled.push(signal.reason))
      return onRequest(QUESTION).then(RpcResult.of)
    }
    for (let count = 0; count < MAX_PARKED_PER_PRINCIPAL; count += 1) parked(await begin(send))
    await expect(begin(send)).rejects.toEqual(coded('PARKED_LIMIT'))
    expect(cancelled).toEqual([coded('PARKED_LIMIT')])
    parked(await begin(send, modernCall({ principal: principal('token:bob') })))
    expect(table.size).toBe(MAX_PARKED_PER_PRINCIPAL + 1)
  })

  it('the host keeps a bounded number of bytes', async () => {
    const { begin } = open()
    const message: UpstreamMessage = {
      method: 'elicitation/create',
      params: { message: 'x'.repeat(MAX_QUESTION_BYTES - 100), requestedSchema: {} },
    }
    const each = JSON.stringify(message.params).length
    const room = Math.floor(MAX_PARKED_BYTES / each)
    for (let count = 0; count < room; count += 1) {
      parked(await begin(asking(message), modernCall({ principal: principal(`token:${count}`) })))
    }
    await expect(begin(asking(message))).rejects.toEqual(coded('PARKED_LIMIT'))
  })

  it('an upstream can ask a bounded number of questions of a bounded size', async () => {
    const { begin, resume } = open()
    const many = Array.from({ length: MAX_QUESTIONS + 3 }, () => QUESTION)
    const asked = parked(await begin(asking(...many)))
    expect(Object.keys(asked.inputRequests)).toHaveLength(MAX_QUESTIONS)
    const answers = heard(await resume(asked, answerAll(asked)))
    expect(answers).toHaveLength(MAX_QUESTIONS + 3)
    const huge = { ...QUESTION, params: { message: 'x'.repeat(MAX_QUESTION_BYTES) } }
    expect(heard(await begin(asking(huge)))).toEqual([{ refused: expect.stringContaining('at most') }])
  })

  it('a client that leaves during a round cancels the call', async () => {
    const { begin, resume, table } = open()
    const leaving = new AbortController()
    const send = async ({ signal, onRequest }: Life) => {
      await onRequest(QUESTION)
      return new Promise<RpcResult>((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason))
      })
    }
    const asked = parked(await begin(send))
    const resumed = resume(asked, answerAll(asked), modernCall({ signal: leaving.signal }))
    leaving.abort()
    await expect(resumed).rejects.toEqual(coded('CALL_CANCELLED'))
    expect(table.size).toBe(0)
  })

  it('an upstream that fails or answers while nobody is there is heard by the one who returns', async () => {
    const { begin, resume } = open()
    const finish = Promise.withResolvers<RpcResult>()
    const send = ({ onRequest }: Life) => {
      onRequest(QUESTION).catch(() => undefined)
      return finish.promise
    }
    const answered = parked(await begin(send))
    finish.resolve(RpcResult.of({ heard: 'nothing' }))
    expect(heard(await resume(answered, answerAll(answered)))).toBe('nothing')

    const failing = Promise.withResolvers<RpcResult>()
    const dead = parked(await begin(({ onRequest }) => (onRequest(QUESTION).catch(() => undefined), failing.promise)))
    failing.reject(new Error('gone'))
    await expect(resume(dead, answerAll(dead))).rejects.toThrow('gone')
  })

  it('a question that the upstream takes back is not asked any more', async () => {
    const { begin, resume } = open()
    const withdrawn = new AbortController()
    const send = async ({ onRequest }: Life) => {
      const [first, second] = await Promise.allSettled([onRequest(QUESTION, withdrawn.signal), onRequest(SAMPLE)])
      return RpcResult.of({ heard: [first.status, second.status] })
    }
    const asked = parked(await begin(send))
    withdrawn.abort(new Error('changed its mind'))
    const again = parked(await resume(asked, {}))
    expect(Object.values(again.inputRequests)).toEqual([SAMPLE])
    expect(heard(await resume(again, answerAll(again)))).toEqual(['rejected', 'fulfilled'])
  })

  it('progress goes under the token of the request that waits now', async () => {
    const { begin, resume } = open()
    const send = async ({ onRequest, onNotification }: Life) => {
      const progress = (value: number) =>
        onNotification({ method: 'notifications/progress', params: { progressToken: 'first', progress: value } })
      progress(1)
      await onRequest(QUESTION)
      progress(2)
      return RpcResult.of({ heard: [] })
    }
    const withToken = (progressToken: string) => modernCall({ params: { name: 'ask', _meta: { progressToken } } })
    const [one, two] = [withToken('first'), withToken('second')]
    const asked = parked(await begin(send, one))
    await resume(asked, answerAll(asked), two)
    expect(one.said.map(({ params }) => params?.['progressToken'])).toEqual(['first'])
    expect(two.said.map(({ params }) => params)).toEqual([{ progressToken: 'second', progress: 2 }])
  })

  it('a question that comes after the result is refused at once', async () => {
    const { begin } = open()
    let late: Promise<unknown> | undefined
    const send = ({ onRequest }: Life) => {
      setTimeout(() => void (late = onRequest(QUESTION).catch((error: unknown) => error)), 0)
      return Promise.resolve(RpcResult.of({ heard: [] }))
    }
    expect(heard(await begin(send))).toEqual([])
    await expect.poll(() => late).toEqual(coded('CALL_CANCELLED'))
  })

  it('a host that stops cancels what is parked', async () => {
    const { begin, table, clock } = open()
    const reason = Promise.withResolvers<unknown>()
    parked(
      await begin(({ signal, onRequest }) => {
        signal.addEventListener('abort', () => reason.resolve(signal.reason))
        return onRequest(QUESTION).then(RpcResult.of)
      }),
    )
    table[Symbol.dispose]()
    expect(await reason.promise).toEqual(coded('CALL_CANCELLED'))
    expect(clock.timers()).toBe(0)
  })
})
