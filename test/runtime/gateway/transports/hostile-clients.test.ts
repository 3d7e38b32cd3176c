// oxlint-disable typescript/no-unsafe-type-assertion -- what comes off the wire is checked by the test that asked for it
import { createServer, request as httpRequest } from 'node:http'
import { type AddressInfo, connect as connectSocket, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openEventStream } from '../../../../runtime/src/gateway/edge/answer.ts'
import { KEEP_ALIVE_MS, LOGGED_REFUSALS, UNREAD_ANSWER_MS } from '../../../../runtime/src/gateway/limits.ts'
import { processUpstream, type RunningGateway, startGateway, WILD } from '../harness.ts'
import { modern, openSession, post } from '../wire.ts'
import { openOldStream } from './old-stream.ts'

interface Logged {
  readonly code: string
  readonly principalId?: string
}

let nexus: RunningGateway
let port: number
const logged: Logged[] = []
beforeAll(async () => {
  nexus = await startGateway({ log: { warn: (details) => void logged.push(details as Logged) } })
  port = Number(new URL(nexus.url).port)
  nexus.add(processUpstream('wild', WILD))
  for (const name of ['small', 'other']) {
    await nexus.gateway.virtualServers.create('workspace-1', {
      name,
      title: name,
      tools: [{ upstream: 'wild', tool: 'echo' }],
    })
  }
})
afterAll(() => nexus[Symbol.asyncDispose]())

const stillWorks = async () => expect((await modern(nexus, 'tools/list')).status).toBe(200)

/** Bytes as they are, on a socket of their own. */
async function open(text: string): Promise<Socket> {
  const socket = connectSocket(port, '127.0.0.1')
  socket.on('error', () => undefined)
  await new Promise<void>((done) => socket.once('connect', () => done()))
  socket.write(text)
  return socket
}

function raw(text: string): Promise<string> {
  return new Promise((done) => {
    const socket = connectSocket(port, '127.0.0.1', () => socket.write(text))
    let answer = ''
    socket.setEncoding('latin1').on('data', (chunk: string) => (answer += chunk))
    socket.on('error', () => done(answer))
    socket.on('close', () => done(answer))
  })
}

const head = (method: string, path: string, more: readonly string[] = []) =>
  [`${method} ${path} HTTP/1.1`, `Host: 127.0.0.1:${port}`, 'Authorization: Bearer alice', ...more, '', ''].join('\r\n')

function statusWithHost(method: string, path: string, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { host, authorization: 'Bearer alice', 'content-type': 'application/json' }
    const sent = httpRequest(`${nexus.url}${path}`, { method, headers }, (answer) => {
      answer.resume()
      resolve(answer.statusCode ?? 0)
    })
    sent.on('error', reject)
    sent.end(method === 'POST' ? '{}' : undefined)
  })
}

const DOORS: readonly (readonly [method: string, path: string])[] = [
  ['POST', '/mcp'],
  ['GET', '/mcp'],
  ['DELETE', '/mcp'],
  ['GET', '/sse'],
  ['POST', '/messages'],
  ['POST', '/v/small/mcp'],
  ['GET', '/v/small/sse'],
  ['POST', '/v/small/messages'],
]

describe.each(DOORS)('%s %s [G1, I3]', (method, path) => {
  const ask = (headers: Record<string, string>, token = 'alice') =>
    nexus.fetch(path, {
      method,
      token,
      headers: { 'content-type': 'application/json', ...headers },
      ...(method === 'POST' ? { body: '{}' } : {}),
    })

  it.each(['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example:80', 'evil.example:@127.0.0.1', '[::2]'])(
    'refuses the host %s, as after DNS rebinding',
    async (host) => {
      expect(await statusWithHost(method, path, host)).toBe(403)
    },
  )

  it.each(['https://evil.example', 'null', 'http://localhost.evil.example', 'file://'])(
    'refuses a page of %s and lets it read nothing',
    async (origin) => {
      const answer = await ask({ origin })
      expect(answer.status).toBe(403)
      expect(answer.headers.get('access-control-allow-origin')).toBeNull()
    },
  )

  it('refuses no token, a wrong one, one of another server and one without the scope', async () => {
    expect((await ask({}, '')).status).toBe(401)
    expect((await ask({}, 'nonsense')).status).toBe(401)
    expect((await ask({}, 'reader')).status).toBe(403)
    const wrongServer = await ask({}, 'bound')
    if (path.startsWith('/v/small')) expect(wrongServer.status).not.toBe(403)
    else expect(wrongServer.status).toBe(403)
  })
})

describe('a hostile client [G1, G3]', () => {
  it('gets no permission from a preflight', async () => {
    const headers = { origin: 'https://evil.example', 'access-control-request-method': 'POST' }
    const answer = await nexus.fetch('/mcp', { method: 'OPTIONS', headers, token: '' })
    expect(answer.status).toBe(403)
    expect(answer.headers.get('access-control-allow-origin')).toBeNull()
  })

  it('cannot use a session of one server at another, nor by another transport', async () => {
    const { id } = await openSession(nexus, { path: '/v/small/mcp' })
    const ping = { jsonrpc: '2.0', id: 1, method: 'ping' }
    for (const path of ['/mcp', '/v/other/mcp']) {
      expect((await post(nexus, ping, { 'mcp-session-id': id }, 'alice', path)).status).toBe(404)
    }
    expect((await post(nexus, ping, {}, 'alice', `/v/small/messages?sessionId=${id}`)).status).toBe(404)
    expect((await post(nexus, ping, { 'mcp-session-id': id }, 'alice', '/v/small/mcp')).status).toBe(200)
  })

  it('is told 431 for headers without end', async () => {
    const bomb = `X-Bomb: ${'x'.repeat(1024 * 1024)}`
    expect(await raw(head('POST', '/mcp', [bomb]))).toMatch(/^HTTP\/1.1 431 /)
    const many = Array.from({ length: 20_000 }, (_, index) => `X-${index}: ${index}`)
    expect(await raw(head('POST', '/mcp', many))).toMatch(/^HTTP\/1.1 431 /)
    await stillWorks()
  })

  it.each(['/mcp', '/messages?sessionId=x'])(
    'is told 413 for 100 MB at %s as soon as it says so, and cut off',
    async (path) => {
      const headers = ['Content-Type: application/json', 'Content-Length: 104857600']
      const answer = await raw(`${head('POST', path, headers)}{"jsonrpc":`)
      expect(answer).toMatch(/^HTTP\/1.1 413 /)
      expect(answer).toContain('BODY_TOO_LARGE')
      expect(answer.toLowerCase()).toContain('connection: close')
      expect(logged.some(({ code }) => code === 'BODY_TOO_LARGE')).toBe(true)
    },
  )

  it('is not read on when it sends 100 MB without saying so', async () => {
    const before = process.memoryUsage().arrayBuffers
    const socket = await open(head('POST', '/mcp', ['Content-Type: application/json', 'Transfer-Encoding: chunked']))
    const chunk = `${(1024 * 1024).toString(16)}\r\n${'x'.repeat(1024 * 1024)}\r\n`
    const gone = new Promise<void>((done) => socket.once('close', () => done()))
    let sent = 0
    const feed = (): void => {
      sent += 1
      if (sent > 100 || socket.destroyed) return
      if (socket.write(chunk)) feed()
      else socket.once('drain', feed)
    }
    feed()
    await gone
    expect(sent).toBeLessThan(100)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 1024 * 1024)
    await stillWorks()
  })

  it.each([
    ['a list', '[', ']'],
    ['an object', '{"a":', '}'],
  ])('cannot break anything with %s nested a hundred thousand deep, at any door', async (_what, up, down) => {
    const value = up === '[' ? '' : '1'
    const deep = `${up.repeat(100_000)}${value}${down.repeat(100_000)}`
    const { id } = await openSession(nexus, { version: '2025-03-26' })
    const call = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{"deep":${deep}}}}`
    const legacy = await post(nexus, call, { 'mcp-session-id': id })
    expect(await legacy.text()).toContain('"id":1')
    const batch = await post(nexus, `[${call},${deep}]`, { 'mcp-session-id': id })
    expect([200, 400]).toContain(batch.status)
    await batch.text()
    await using stream = await openOldStream(nexus, '/sse')
    const old = await nexus.fetch(stream.endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: call,
    })
    expect([202, 400]).toContain(old.status)
    await stillWorks()
  })

  it('leaves nothing behind when it goes in the middle of a body', async () => {
    const headers = ['Content-Type: application/json', 'Content-Length: 1000']
    for (let index = 0; index < 20; index += 1) {
      const socket = await open(`${head('POST', '/mcp', headers)}{"jsonrpc":`)
      socket.destroy()
    }
    await stillWorks()
  })

  it('has its modern call cancelled upstream when it goes', async () => {
    const stop = new AbortController()
    const hanging = modern(nexus, 'tools/call', { name: 'hang', arguments: {} }, { signal: stop.signal })
    hanging.catch(() => undefined)
    await modern(nexus, 'tools/call', { name: 'echo', arguments: {} })
    const cancelled = async () => (await modern(nexus, 'resources/read', { uri: 'wild://cancelled' })).text()
    const before = await cancelled()
    stop.abort()
    await expect.poll(cancelled).not.toBe(before)
  })

  it('is cut off, with a line in the log, when it does not read its stream', async () => {
    const socket = await open(head('GET', '/sse', ['Accept: text/event-stream']))
    const first = await new Promise<string>((done) => {
      let text = ''
      const read = (chunk: Buffer) => {
        text += chunk.toString()
        if (!text.includes('sessionId')) return
        socket.off('data', read)
        // From here on nothing is read.
        socket.pause()
        done(text)
      }
      socket.on('data', read)
    })
    const endpoint = /data: (\S+)/.exec(first)?.[1] ?? ''
    const say = (message: object) =>
      nexus.fetch(endpoint, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ jsonrpc: '2.0', ...message }),
      })
    await say({
      id: 0,
      method: 'initialize',
      params: { protocolVersion: '2024-11-05', capabilities: {}, clientInfo: { name: 'deaf', version: '1' } },
    })
    const text = 'x'.repeat(3 * 1024 * 1024)
    const isThere = () => nexus.gateway.connections().some(({ client }) => client === 'deaf')
    await expect.poll(isThere).toBe(true)
    for (let id = 1; id <= 12 && isThere(); id += 1) {
      await say({ id, method: 'tools/call', params: { name: 'echo', arguments: { text } } })
    }
    await expect.poll(isThere, { timeout: 20_000 }).toBe(false)
    expect(logged).toContainEqual(expect.objectContaining({ code: 'CLIENT_SLOW', principalId: 'token:alice' }))
    socket.destroy()
    await stillWorks()
  })

  it('is cut off when it does not read a large answer, and the answer is let go', async () => {
    const text = 'x'.repeat(4_000_000)
    const { id } = await openSession(nexus)
    const body = JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'echo', arguments: { text } },
    })
    const headers = [
      'Content-Type: application/json',
      'Accept: application/json',
      `Mcp-Session-Id: ${id}`,
      `Content-Length: ${body.length}`,
    ]
    const before = logged.filter(({ code }) => code === 'CLIENT_SLOW').length
    const deaf = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const socket = await open(
          `${head('POST', '/mcp', headers)}${body.replace('"id":1', `"id":${Math.floor(Math.random() * 9)}`)}`,
        )
        return socket.pause()
      }),
    )
    await expect
      .poll(() => logged.filter(({ code }) => code === 'CLIENT_SLOW').length, { timeout: UNREAD_ANSWER_MS * 3 })
      .toBeGreaterThan(before)
    for (const socket of deaf) socket.destroy()
    await stillWorks()
  })

  it('is cut off when it does not read the large end of a stream, and the host lives on', async () => {
    const { id } = await openSession(nexus, { capabilities: { elicitation: {} } })
    const body = JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'tools/call',
      params: { name: 'elicit', arguments: {} },
    })
    const headers = ['Content-Type: application/json', `Mcp-Session-Id: ${id}`, `Content-Length: ${body.length}`]
    const before = logged.filter(({ code }) => code === 'CLIENT_SLOW').length
    const socket = await open(`${head('POST', '/mcp', headers)}${body}`)
    await new Promise<void>((asked) => socket.on('data', (chunk) => chunk.includes('nexus-1') && asked()))
    socket.removeAllListeners('data').pause()
    // Quotes are escaped twice on their way: what comes back is twice as large.
    const content = { name: '"'.repeat(1_900_000) }
    const answer = { jsonrpc: '2.0', id: 'nexus-1', result: { action: 'accept', content } }
    expect((await post(nexus, answer, { 'mcp-session-id': id })).status).toBe(202)
    await new Promise((resume) => setTimeout(resume, KEEP_ALIVE_MS + 1_000))
    await expect
      .poll(() => logged.filter(({ code }) => code === 'CLIENT_SLOW').length, { timeout: UNREAD_ANSWER_MS * 3 })
      .toBeGreaterThan(before)
    socket.destroy()
    await stillWorks()
  })

  it('is not taken for one because a message is large: a client that reads gets it, and the next', async () => {
    const server = createServer((_request, response) => {
      const stream = openEventStream(response, {}, () => undefined)
      stream.send({ large: 'x'.repeat(12 * 1024 * 1024) })
      setTimeout(() => {
        stream.send({ last: true })
        stream.end()
      }, 1_000)
    })
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    const text = await (await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)).text()
    expect(text.length).toBeGreaterThan(12 * 1024 * 1024)
    expect(text).toContain('{"last":true}')
    await new Promise((closed) => server.close(closed))
  })

  it('cannot fill the log: a flood of refusals becomes a few lines and a count', async () => {
    const count = () => logged.filter(({ code }) => code === 'ORIGIN_REFUSED').length
    const before = count()
    const ask = () =>
      nexus.fetch('/mcp', { headers: { origin: 'https://evil.example' } }).then((answer) => answer.text())
    for (let index = 0; index < LOGGED_REFUSALS * 4; index += 1) await ask()
    // The window may have changed once while this ran.
    expect(count() - before).toBeLessThanOrEqual(LOGGED_REFUSALS * 2)
  })
})
