import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createEventReader } from '../../../runtime/src/cli/event-reader.ts'
import { type HttpHost, openHttpHost } from './http-host.ts'

interface Line {
  readonly sequence: number
  readonly level: string
  readonly message: string
}

/** Reads the live log until `enough` lines came. */
async function readLog(host: HttpHost, cookie: string, path: string, enough: number): Promise<readonly Line[]> {
  const stop = new AbortController()
  const answer = await fetch(`${host.url}${path}`, { headers: { cookie }, signal: stop.signal })
  expect(answer.headers.get('content-type')).toContain('text/event-stream')
  const lines: Line[] = []
  const reader = createEventReader((data) => lines.push(JSON.parse(data) as Line))
  const decoder = new TextDecoder()
  for await (const chunk of answer.body ?? []) {
    reader.push(decoder.decode(chunk, { stream: true }))
    if (lines.length >= enough) break
  }
  stop.abort()
  return lines
}

describe('the live log of an installation [R3]', () => {
  let host: HttpHost
  let id: string
  beforeAll(async () => {
    host = await openHttpHost()
    id = await host.install()
  })
  afterAll(() => host[Symbol.asyncDispose]())

  it('tells what is there, then each new line, from the level that is wanted', async () => {
    host.log.write(id, 'info', 'before')
    host.log.write(id, 'error', 'bad before')
    const reading = readLog(host, host.cookie, `/api/v1/installations/${id}/log?level=warn`, 2)
    await sleep(100)
    host.log.write(id, 'debug', 'not wanted')
    host.log.write('another', 'error', 'not of this plugin')
    host.log.write(id, 'warn', 'two\nlines')
    expect((await reading).map(({ level, message }) => [level, message])).toEqual([
      ['error', 'bad before'],
      ['warn', 'two\nlines'],
    ])
  })

  it('goes on behind the line that a client knows', async () => {
    const [first] = await readLog(host, host.cookie, `/api/v1/installations/${id}/log?level=error`, 1)
    host.log.write(id, 'error', 'newer')
    const [next] = await readLog(
      host,
      host.cookie,
      `/api/v1/installations/${id}/log?level=error&after=${first?.sequence}`,
      1,
    )
    expect(next?.message).toBe('newer')
  })

  it('makes no fault of a page that is closed', async () => {
    await readLog(host, host.cookie, `/api/v1/installations/${id}/log?level=error`, 1)
    await sleep(200)
    expect(host.logged).toEqual([])
  })

  it('is not there for an installation that the workspace does not have', async () => {
    const answer = await host.ask('GET', '/api/v1/installations/nobody/log')
    expect([answer.status, answer.body.code]).toEqual([404, 'HTTP_NOT_FOUND'])
  })
})

describe('reading an event stream', () => {
  it('puts events together however they were cut, and passes comments and other fields', () => {
    const text = ': open\n\nid: 1\ndata: {"a":1}\n\nevent: x\r\ndata: one\r\ndata: two\r\n\r\n'
    for (let cut = 1; cut < text.length; cut += 1) {
      const events: string[] = []
      const reader = createEventReader((data) => events.push(data))
      reader.push(text.slice(0, cut))
      reader.push(text.slice(cut))
      expect(events).toEqual(['{"a":1}', 'one\ntwo'])
    }
  })
})
