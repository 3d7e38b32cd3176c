import type { JsonObject } from '@nexus/plugin-api'
import { describe, expect, it } from 'vitest'
import { gatewayError } from '../../../../runtime/src/gateway/errors.ts'
import type { Exchange } from '../../../../runtime/src/gateway/upstream/connection.ts'
import { ServerQuestions } from '../../../../runtime/src/gateway/upstream/server-questions.ts'

const QUESTION = { id: 'q', method: 'elicitation/create', params: { message: 'Name?' } }
const exchange = (onRequest: Exchange['onRequest'] & object): Exchange => ({
  signal: new AbortController().signal,
  onRequest,
})
const over = () => Promise.reject(gatewayError('CALL_CANCELLED', 'The call had its result.'))

describe('questions of a server [G2]', () => {
  const put = async (owner: () => Exchange | undefined, questions = new ServerQuestions()) => {
    const replies: JsonObject[] = []
    await questions.answer(QUESTION, owner, (said) => void replies.push(said))
    return replies
  }

  it('that reached the client within another of its calls outlive that call', async () => {
    const other = exchange(over)
    const own = exchange(() => Promise.resolve({ action: 'accept' }))
    const owners = [other, own]
    expect(await put(() => owners.shift())).toEqual([{ jsonrpc: '2.0', id: 'q', result: { action: 'accept' } }])
  })

  it('are not put twice within one call', async () => {
    let asked = 0
    const only = exchange(() => ((asked += 1), over()))
    expect(await put(() => only)).toEqual([
      expect.objectContaining({ error: expect.objectContaining({ code: -32_601 }) }),
    ])
    expect(asked).toBe(1)
  })

  it('end with a call that its client cancelled', async () => {
    const gone = new AbortController()
    const cancelled: Exchange = { signal: gone.signal, onRequest: over }
    gone.abort()
    const never = exchange(() => Promise.reject(new Error('Not asked.')))
    const owners = [cancelled, never]
    expect(await put(() => owners.shift())).toEqual([
      expect.objectContaining({ error: expect.objectContaining({ message: 'The call had its result.' }) }),
    ])
  })

  it('that the server takes back get no answer', async () => {
    const questions = new ServerQuestions()
    const waiting = exchange(
      (_message, withdrawn) =>
        new Promise((_resolve, reject) => withdrawn?.addEventListener('abort', () => reject(withdrawn.reason))),
    )
    const taken = put(() => waiting, questions)
    questions.withdraw({ requestId: 'other' })
    questions.withdraw({ requestId: 'q' })
    expect(await taken).toEqual([])
  })

  it('the end of a visit is told to who was asked for it', async () => {
    const questions = new ServerQuestions()
    const asked = exchange(() => Promise.resolve({ action: 'accept' }))
    const visit = { ...QUESTION, params: { mode: 'url', url: 'https://a.example', elicitationId: 'visit-1' } }
    await questions.answer(
      visit,
      () => asked,
      () => undefined,
    )
    const method = 'notifications/elicitation/complete'
    expect(questions.ownerOf({ method, params: { elicitationId: 'visit-1' } })).toBe(asked)
    expect(questions.ownerOf({ method, params: { elicitationId: 'visit-2' } })).toBeUndefined()
    expect(questions.ownerOf({ method: 'notifications/message', params: { elicitationId: 'visit-1' } })).toBeUndefined()
  })
})
