// oxlint-disable typescript/no-unsafe-type-assertion -- a listening TCP server has an AddressInfo
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type CallScope, openCallScope } from '../../../../runtime/src/gateway/edge/call-scope.ts'
import { connect, PostAnswer } from '../../../../runtime/src/gateway/edge/legacy/post-answer.ts'
import { ReplayBudget } from '../../../../runtime/src/gateway/edge/legacy/replay.ts'
import { Session } from '../../../../runtime/src/gateway/edge/legacy/session.ts'
import { jsonText } from '../../../../runtime/src/gateway/wire/result-text.ts'
import { principal } from '../harness.ts'

const RESUME_MS = 300

/** One session and one call of it on a real port: POST starts the call, GET takes its stream up. */
describe('a client that was lost in the middle of a call [G1]', () => {
  let server: Server
  let url: string
  let session: Session
  let scope: CallScope
  let answer: PostAnswer | undefined
  beforeEach(async () => {
    scope = openCallScope()
    answer = undefined
    session = new Session(
      {
        principal: principal('token:alice'),
        target: { virtualServer: undefined },
        door: 'streamable',
        protocolVersion: '2025-11-25',
        capabilities: {},
        info: undefined,
      },
      new ReplayBudget(),
    )
    server = createServer((request, response) => {
      if (request.method === 'POST') {
        session.begin(1, 'tools/call', scope)
        answer = new PostAnswer({
          session,
          response,
          accept: request.headers.accept,
          requestIds: [1],
          resumeMs: RESUME_MS,
          onDropped: () => undefined,
        })
        return
      }
      const channel = session.streams.get('1')
      if (channel === undefined) response.writeHead(400).end()
      else connect(channel, response, { onDropped: () => undefined, after: 0 })
    })
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterEach(async () => {
    scope[Symbol.dispose]()
    server.closeAllConnections()
    await new Promise((closed) => server.close(closed))
  })

  const post = async (accept: string) => {
    const stop = new AbortController()
    const sent = fetch(url, { method: 'POST', headers: { accept }, signal: stop.signal })
    sent.catch(() => undefined)
    await expect.poll(() => answer).toBeDefined()
    return { stop, sent }
  }
  const say = (text: string) => answer?.send({ jsonrpc: '2.0', method: text })

  it('is waited for, then its call is cancelled and what was kept is forgotten', async () => {
    const { stop, sent } = await post('text/event-stream')
    say('one')
    await sent
    stop.abort()
    await new Promise((resume) => setTimeout(resume, RESUME_MS / 3))
    expect(scope.signal.aborted).toBe(false)
    await expect.poll(() => scope.signal.aborted).toBe(true)
    expect(scope.signal.reason).toMatchObject({ code: 'CALL_CANCELLED' })
    expect((await fetch(url)).status).toBe(400)
  })

  it('has its call cancelled too when it had nothing to come back with', async () => {
    const { stop } = await post('application/json')
    stop.abort()
    await expect.poll(() => scope.signal.aborted).toBe(true)
  })

  it('keeps its call when it comes back, as often as it likes', async () => {
    const { stop, sent } = await post('text/event-stream')
    say('one')
    await sent
    stop.abort()
    for (let round = 0; round < 3; round += 1) {
      const again = new AbortController()
      expect((await fetch(url, { signal: again.signal })).status).toBe(200)
      await new Promise((resume) => setTimeout(resume, RESUME_MS / 2))
      again.abort()
    }
    expect(scope.signal.aborted).toBe(false)
    const back = await fetch(url)
    answer?.end(jsonText({ jsonrpc: '2.0', id: 1, result: {} }))
    expect(await back.text()).toContain('"result":{}')
  })

  it('finds its answer for a while, and no longer', async () => {
    const { sent } = await post('text/event-stream')
    say('one')
    answer?.end(jsonText({ jsonrpc: '2.0', id: 1, result: {} }))
    await (await sent).text()
    expect(await (await fetch(url)).text()).toContain('"result":{}')
    await expect.poll(async () => (await fetch(url)).status, { interval: RESUME_MS * 2, timeout: 10_000 }).toBe(400)
  })
})
