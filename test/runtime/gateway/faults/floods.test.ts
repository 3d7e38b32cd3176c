import { PassThrough, Writable } from 'node:stream'
import type { JsonObject } from '@nexus/plugin-api'
import { describe, expect, it } from 'vitest'
import { loadCatalog } from '../../../../runtime/src/gateway/upstream/load-catalog.ts'
import { openStdioConnection } from '../../../../runtime/src/gateway/upstream/open-stdio-connection.ts'
import { createSseParser, type SseEvent } from '../../../../runtime/src/gateway/upstream/remote/sse-parser.ts'
import { ServerQuestions } from '../../../../runtime/src/gateway/upstream/server-questions.ts'
import { RpcResult } from '../../../../runtime/src/gateway/wire/rpc-result.ts'
import { MAX_ANSWER_BYTES } from '../../../../runtime/src/gateway/limits.ts'

const HELLO = { protocolVersion: '2025-11-25', capabilities: {}, serverInfo: { name: 'deaf', version: '1.0.0' } }

/** A process that reads until it was greeted, and nothing from then on. */
async function openDeaf() {
  const [stdout, exited] = [new PassThrough(), Promise.withResolvers<void>()]
  const stdin = new Writable({
    write(chunk: Buffer, _encoding, done) {
      const { id, method } = JSON.parse(chunk.toString('utf8')) as { id?: number; method: string }
      const answer = method === 'initialize' ? { result: HELLO } : { error: { code: -32601, message: 'Unknown.' } }
      if (id !== undefined) stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, ...answer })}\n`)
      if (method !== 'notifications/initialized') done()
    },
  })
  const child = { pid: 1, stdin, stdout, stderr: new PassThrough(), exited: exited.promise, kill: exited.resolve }
  const events = { notified: () => undefined, admits: () => true }
  return { stdout, connection: await openStdioConnection(child, events, new AbortController().signal) }
}

describe('an upstream that floods or starves the host [G3]', () => {
  it('a process that does not read is called no more, and ended when it goes on asking', async () => {
    const { stdout, connection } = await openDeaf()
    const exchange = { signal: new AbortController().signal }
    const call = () => connection.request('tools/call', { name: 'x'.repeat(4 * 1024 * 1024) }, exchange)
    const calls = Array.from({ length: 16 }, () => call().catch((error: unknown) => error))
    await expect(call()).rejects.toMatchObject({ code: 'UPSTREAM_BUSY' })
    const id = 'x'.repeat(1024 * 1024)
    for (let count = 0; count < 80; count += 1) {
      stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id, method: 'ping' })}\n`)
      await new Promise(setImmediate)
    }
    expect(await connection.closed).toMatchObject({ code: 'UPSTREAM_DIED' })
    expect(await Promise.all(calls)).toEqual(calls.map(() => expect.objectContaining({ code: 'UPSTREAM_DIED' })))
  })

  it('a server has a bounded number of questions under way, and room again once some were answered', async () => {
    const questions = new ServerQuestions()
    const answers: (() => void)[] = []
    const onRequest = () => new Promise<JsonObject>((resolve) => answers.push(() => resolve({ roots: [] })))
    const exchange = { signal: new AbortController().signal, onRequest }
    const replies: JsonObject[] = []
    const put = (id: number) =>
      questions.answer(
        { id, method: 'roots/list', params: undefined },
        () => exchange,
        (said) => replies.push(said),
      )
    const asked = Array.from({ length: 300 }, (_, id) => put(id))
    await Promise.all(asked.slice(256))
    expect(answers).toHaveLength(256)
    expect(replies).toHaveLength(44)
    expect(replies[0]).toMatchObject({ id: 256, error: { code: -32603 } })
    for (const answer of answers.splice(0)) answer()
    await Promise.all(asked)
    const last = put(301)
    for (const answer of answers) answer()
    await last
    expect(replies.at(-1)).toMatchObject({ id: 301, result: { roots: [] } })
  })

  it('an event of nothing but empty lines of data is as large as its lines are many', () => {
    const push = createSseParser(() => undefined)
    const chunk = Buffer.from('data:\n'.repeat(128 * 1024))
    expect(() => {
      for (let sent = 0; sent <= MAX_ANSWER_BYTES; sent += chunk.length) push(chunk)
    }).toThrow(expect.objectContaining({ code: 'UPSTREAM_TOO_LARGE' }))
  })

  it('the pause that a server wants before its stream is taken up is bounded', () => {
    const events: SseEvent[] = []
    const push = createSseParser((event) => events.push(event))
    push(Buffer.from('retry: 0\n\nretry: 700\n\nretry: 9999999\n\n'))
    expect(events.map(({ retry }) => retry)).toEqual([100, 700, 60_000])
  })

  it('a name that no database keeps is refused with the lists of its upstream, not with those of all', async () => {
    const hello = { capabilities: { tools: {} }, serverInfo: { name: 'odd', version: '1.0.0' }, era: 'legacy' } as const
    const tools = [{ name: 'a\0b', inputSchema: { type: 'object' } }]
    const lists = loadCatalog({ ...hello, instructions: undefined }, () => Promise.resolve(RpcResult.of({ tools })))
    await expect(lists).rejects.toMatchObject({ code: 'UPSTREAM_PROTOCOL' })
  })
})
