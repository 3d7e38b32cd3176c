import { readFile } from 'node:fs/promises'
import { type RequestListener, createServer } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import {
  type AddressInfo,
  type LookupFunction,
  type Server,
  type Socket,
  createServer as createTcpServer,
} from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import type { HttpRequest, RequestControl } from '../../../runtime/src/broker/egress/http1/exchange.ts'
import { type HttpClient, createHttpClient } from '../../../runtime/src/broker/egress/http1/http-client.ts'
import type { ResponseHeaders } from '../../../runtime/src/broker/egress/http1/parse-head.ts'
import { ResponseReader } from '../../../runtime/src/broker/egress/http1/response-reader.ts'

let stack = new AsyncDisposableStack()
afterEach(async () => {
  await stack.disposeAsync()
  stack = new AsyncDisposableStack()
})

const LOCAL: LookupFunction = (_host, options, callback) => {
  if (options.all === true) callback(null, [{ address: '127.0.0.1', family: 4 }])
  else callback(null, '127.0.0.1', 4)
}

function openClient(change: Partial<Parameters<typeof createHttpClient>[0]> = {}): HttpClient {
  const client = createHttpClient({ lookup: LOCAL, connectMs: 5_000, keepAliveMs: 5_000, ...change })
  stack.defer(() => client.destroy())
  return client
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => undefined)
  })
  stack.defer(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  })
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a server that listens on a port has one
  return (server.address() as AddressInfo).port
}

async function serve(
  listener: RequestListener,
): Promise<{ readonly origin: string; readonly connections: () => number }> {
  const server = createServer(listener)
  let connections = 0
  server.on('connection', () => (connections += 1))
  return { origin: `http://site.test:${await listen(server)}`, connections: () => connections }
}

/** A server that answers every request with these bytes and does nothing else. */
async function serveBytes(...answers: readonly string[]): Promise<string> {
  let next = 0
  const server = createTcpServer((socket) => {
    socket.on('data', () => {
      socket.write(answers[Math.min(next, answers.length - 1)] ?? '', 'latin1')
      next += 1
    })
  })
  return `http://site.test:${await listen(server)}`
}

interface Answer {
  readonly status: number
  readonly headers: ResponseHeaders
  readonly body: Buffer
}

interface Ask {
  readonly answer: Promise<Answer>
  readonly control: RequestControl
  readonly events: readonly string[]
}

function ask(
  client: HttpClient,
  origin: string,
  change: Partial<HttpRequest> = {},
  atHead?: (control: RequestControl) => void,
): Ask {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  const events: string[] = []
  const chunks: Buffer[] = []
  let head: Pick<Answer, 'status' | 'headers'> = { status: 0, headers: {} }
  const control = client.dispatch(
    { origin, method: 'GET', path: '/', headers: {}, body: undefined, headTimeoutMs: 0, ...change },
    {
      sent: () => void events.push('sent'),
      head: (status, headers) => {
        events.push('head')
        head = { status, headers }
        atHead?.(control)
      },
      data: (chunk) => void chunks.push(Buffer.from(chunk)),
      end: () => {
        events.push('end')
        resolve({ ...head, body: Buffer.concat(chunks) })
      },
      failed: (error) => {
        events.push('failed')
        reject(error)
      },
    },
  )
  promise.catch(() => undefined)
  return { answer: promise, control, events }
}

const codeOf = (ask_: Ask) =>
  ask_.answer.then(
    () => 'answered',
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : String(error)),
  )

describe('HTTP/1.1 client: reading [H5] [G3]', () => {
  const token = fc.stringMatching(/^[a-z][a-z0-9-]{0,12}$/)
  const value = fc.stringMatching(/^[!-~]([ -~]{0,20}[!-~])?$/)
  const headers = fc.dictionary(
    token.filter((name) => !['connection', 'content-length', 'transfer-encoding', 'keep-alive'].includes(name)),
    value,
    { maxKeys: 6 },
  )

  it('reads any response however its bytes are cut', () => {
    fc.assert(
      fc.property(
        headers,
        fc.uint8Array({ maxLength: 600 }),
        fc.constantFrom('length', 'chunked', 'close'),
        fc.array(fc.nat(40), { maxLength: 60 }),
        (given, body, framing, cuts) => {
          const bytes = encode(given, Buffer.from(body), framing)
          const data: Buffer[] = []
          let seen: ResponseHeaders = {}
          const reader = new ResponseReader('GET', {
            head: (status, found) => {
              expect(status).toBe(200)
              seen = found
            },
            data: (chunk) => void data.push(Buffer.from(chunk)),
          })
          let from = 0
          for (const cut of [...cuts, bytes.length]) {
            const piece = bytes.subarray(from, from + cut)
            if (piece.length > 0) expect(reader.read(piece)).toBe(piece.length)
            from += piece.length
          }
          expect(reader.end()).toBe(true)
          expect(Buffer.concat(data)).toEqual(Buffer.from(body))
          for (const [name, text] of Object.entries(given)) expect(seen[name]).toBe(text)
        },
      ),
    )
  })

  const ok = 'HTTP/1.1 200 OK\r\n'
  it.each([
    ['another protocol', 'HTTP/2 200 OK\r\n\r\n'],
    ['no status', 'HTTP/1.1 OK\r\n\r\n'],
    ['a status of four digits', 'HTTP/1.1 2000 OK\r\n\r\n'],
    ['a bare line feed after the status', 'HTTP/1.1 200 OK\ncontent-length: 0\r\n\r\n'],
    ['a folded header', `${ok}a: b\r\n c: d\r\n\r\n`],
    ['a space before the colon', `${ok}content-length : 0\r\n\r\n`],
    ['a header without a colon', `${ok}nonsense\r\n\r\n`],
    ['a control character in a value', `${ok}a: b\u0001\r\n\r\n`],
    ['a bare carriage return in a value', `${ok}a: b\rc: d\r\n\r\n`],
    ['a length beside chunks', `${ok}content-length: 1\r\ntransfer-encoding: chunked\r\n\r\n`],
    ['two lengths', `${ok}content-length: 1\r\ncontent-length: 2\r\n\r\n`],
    ['the same length twice', `${ok}content-length: 1\r\ncontent-length: 1\r\n\r\n`],
    ['a negative length', `${ok}content-length: -1\r\n\r\n`],
    ['a length in hexadecimal', `${ok}content-length: 0x10\r\n\r\n`],
    ['another transfer coding', `${ok}transfer-encoding: gzip, chunked\r\n\r\n`],
    ['a switch of protocols', 'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n'],
    ['a chunk without a size', `${ok}transfer-encoding: chunked\r\n\r\n\r\n`],
    ['a chunk size that is none', `${ok}transfer-encoding: chunked\r\n\r\n1g\r\nx\r\n`],
    ['a chunk longer than it said', `${ok}transfer-encoding: chunked\r\n\r\n1\r\nxy\r\n`],
    ['a chunk ended by a bare line feed', `${ok}transfer-encoding: chunked\r\n\r\n1\nx\r\n`],
    ['headers without an end', `${ok}${`a: ${'b'.repeat(1_000)}\r\n`.repeat(80)}`],
    ['too many headers', `${ok}${Array.from({ length: 300 }, (_, index) => `a${index}: b\r\n`).join('')}\r\n`],
    ['an endless chunk extension', `${ok}transfer-encoding: chunked\r\n\r\n1;${'x'.repeat(2_000)}`],
  ])('refuses %s', async (_what, bytes) => {
    const asked = ask(openClient(), await serveBytes(bytes))
    expect(await codeOf(asked)).toBe('RESPONSE_INVALID')
  })

  it('passes over interim answers, and bounds them', async () => {
    const hints = 'HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n'
    const client = openClient()
    const good = await serveBytes(`${hints}${hints}HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi`)
    expect((await ask(client, good).answer).body.toString()).toBe('hi')
    expect(await codeOf(ask(client, await serveBytes(hints.repeat(5_000))))).toBe('RESPONSE_INVALID')
  })

  it('takes several headers of one name apart, and drops no name of an object', async () => {
    const origin = await serveBytes('HTTP/1.1 200 OK\r\nA: 1\r\na: 2\r\n__proto__: x\r\ncontent-length: 0\r\n\r\n')
    const { headers: found } = await ask(openClient(), origin).answer
    expect(found['a']).toEqual(['1', '2'])
    expect(Object.keys(found)).toContain('__proto__')
  })
})

describe('HTTP/1.1 client: sending and connections [H5] [G3]', () => {
  it('sends what node:http understands: method, path, headers, a body in UTF-8', async () => {
    const { origin } = await serve((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const { method, url, headers } = request
        response.end(JSON.stringify({ method, url, headers, body: Buffer.concat(chunks).toString('utf8') }))
      })
    })
    const client = openClient()
    const bodies = ['{"text":"grüße 🦊"}', Buffer.from([0xe2, 0x82, 0xac])]
    for (const body of bodies) {
      const sent = { method: 'POST', path: '/a?b=c', headers: { 'x-latin': 'gr\u00fc\u00dfe', accept: 'a' }, body }
      const told: unknown = JSON.parse((await ask(client, origin, sent).answer).body.toString('utf8'))
      expect(told).toMatchObject({
        method: 'POST',
        url: '/a?b=c',
        headers: { host: origin.slice('http://'.length), 'x-latin': 'gr\u00fc\u00dfe', accept: 'a' },
        body: typeof body === 'string' ? body : body.toString('utf8'),
      })
    }
  })

  it('uses one connection for one request after the other, and more for those side by side', async () => {
    const { origin, connections } = await serve((_request, response) => response.end('ok'))
    const client = openClient()
    for (let count = 0; count < 5; count += 1) await ask(client, origin).answer
    expect(connections()).toBe(1)
    await Promise.all([1, 2, 3].map(() => ask(client, origin).answer))
    expect(connections()).toBe(3)
  })

  it('never takes bytes that came after an answer for the answer to the next request', async () => {
    const ended = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'
    const origin = await serveBytes(`${ended}HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil`, ended)
    const client = openClient()
    expect((await ask(client, origin).answer).body.toString()).toBe('ok')
    expect((await ask(client, origin).answer).body.toString()).toBe('ok')
  })

  it('opens another connection where the server closed the one it had', async () => {
    const { origin, connections } = await serve((_request, response) => {
      response.setHeader('connection', 'close')
      response.end('ok')
    })
    const client = openClient()
    await ask(client, origin).answer
    await ask(client, origin).answer
    expect(connections()).toBe(2)
  })

  it('lets go of a connection that the server will close soon, and of one unused for long', async () => {
    const { origin, connections } = await serve((_request, response) => {
      response.setHeader('keep-alive', 'timeout=1')
      response.end('ok')
    })
    const client = openClient()
    await ask(client, origin).answer
    await ask(client, origin).answer
    expect(connections()).toBe(2)
    const patient = await serve((_request, response) => response.end('ok'))
    const brief = openClient({ keepAliveMs: 20 })
    await ask(brief, patient.origin).answer
    await sleep(40)
    await ask(brief, patient.origin).answer
    expect(patient.connections()).toBe(2)
  })

  it('forgets an aborted request and never uses its connection again', async () => {
    const held: (() => void)[] = []
    const { origin, connections } = await serve((request, response) => {
      if (request.url === '/slow') held.push(() => response.end('late'))
      else response.end('ok')
    })
    const client = openClient()
    const slow = ask(client, origin, { path: '/slow' })
    await expect.poll(() => held.length).toBe(1)
    slow.control.abort()
    held[0]?.()
    expect((await ask(client, origin).answer).body.toString()).toBe('ok')
    expect(slow.events).toEqual(['sent'])
    expect(connections()).toBe(2)
  })

  it('gives an old holder no power over the request that came after on the same connection', async () => {
    const { origin, connections } = await serve((_request, response) => response.end('ok'))
    const client = openClient()
    const first = ask(client, origin)
    await first.answer
    const second = ask(client, origin)
    first.control.abort()
    first.control.pause()
    expect((await second.answer).body.toString()).toBe('ok')
    expect(connections()).toBe(1)
  })

  it('holds a fast server back while it is paused, and misses nothing', async () => {
    const body = Buffer.alloc(8 * 1024 * 1024, 'x')
    let ended = false
    const { origin } = await serve((_request, response) => response.end(body, () => (ended = true)))
    const asked = ask(openClient(), origin, {}, (control) => control.pause())
    await sleep(300)
    expect(asked.events).toEqual(['sent', 'head'])
    expect(ended).toBe(false)
    asked.control.resume()
    expect((await asked.answer).body.length).toBe(body.length)
  })

  it.each([
    ['HEAD', 'HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n'],
    ['GET', 'HTTP/1.1 204 No Content\r\n\r\n'],
    ['GET', 'HTTP/1.1 304 Not Modified\r\ncontent-length: 10\r\n\r\n'],
  ])('waits for no body where there is none: %s %s', async (method, bytes) => {
    const { body } = await ask(openClient(), await serveBytes(bytes), { method }).answer
    expect(body.length).toBe(0)
  })

  it('says why there is no answer', async () => {
    const client = openClient({ connectMs: 100 })
    const silent = await serve(() => undefined)
    expect(await codeOf(ask(client, silent.origin, { headTimeoutMs: 50 }))).toBe('HEAD_TIMEOUT')
    const server = createTcpServer((socket) => void socket.on('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-')))
    expect(await codeOf(ask(client, `http://site.test:${await listen(server)}`))).toBe('CONNECTION_CLOSED')
    const short = createTcpServer(
      (socket) => void socket.on('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nabc')),
    )
    expect(await codeOf(ask(client, `http://site.test:${await listen(short)}`))).toBe('CONNECTION_CLOSED')
    expect(await codeOf(ask(client, 'http://site.test:1'))).toBe('ECONNREFUSED')
    const lost = openClient({ connectMs: 50, lookup: () => undefined })
    const unsent = ask(lost, 'http://site.test:1')
    expect(await codeOf(unsent)).toBe('CONNECT_TIMEOUT')
    expect(unsent.events).toEqual(['failed'])
  })

  it('refuses to write a second request into a header, and goes on', async () => {
    const { origin } = await serve((_request, response) => response.end('ok'))
    const client = openClient()
    const forged = ask(client, origin, { headers: { a: 'b\r\n\r\nGET /evil HTTP/1.1' } })
    await expect(forged.answer).rejects.toThrow('Expected a value for the header a')
    expect((await ask(client, origin).answer).status).toBe(200)
  })

  it('ends everything when it is closed', async () => {
    const { origin } = await serve(() => undefined)
    const client = openClient()
    const asked = ask(client, origin)
    await expect.poll(() => asked.events).toEqual(['sent'])
    client.destroy()
    expect(await codeOf(asked)).toBe('CONNECTION_CLOSED')
  })
})

describe('HTTP/1.1 client: TLS [H5]', () => {
  const pem = (name: string) => readFile(new URL(`../../fixtures/tls/${name}.pem`, import.meta.url), 'utf8')

  it('checks certificate and name, and serves one request after the other', async () => {
    const [key, cert] = await Promise.all([pem('key'), pem('cert')])
    let connections = 0
    const server = createSecureServer({ key, cert }, (request, response) => response.end(`over TLS ${request.method}`))
    server.on('secureConnection', () => (connections += 1))
    const port = await listen(server)
    const client = openClient()
    const known = `https://secure.test:${port}`
    expect(await codeOf(ask(client, known))).toBe('DEPTH_ZERO_SELF_SIGNED_CERT')
    const before = getCACertificates('default')
    setDefaultCACertificates([...before, cert])
    stack.defer(() => setDefaultCACertificates(before))
    connections = 0
    for (let count = 0; count < 3; count += 1) {
      const { body } = await ask(client, known, { method: 'POST', body: 'x' }).answer
      expect(body.toString()).toBe('over TLS POST')
    }
    expect(connections).toBe(1)
    expect(await codeOf(ask(client, `https://other.test:${port}`))).toBe('ERR_TLS_CERT_ALTNAME_INVALID')
  })
})

function encode(headers: Readonly<Record<string, string>>, body: Buffer, framing: string): Buffer {
  const lines = Object.entries(headers).map(([name, text]) => `${name}: ${text}\r\n`)
  const head = (extra: string) => Buffer.from(`HTTP/1.1 200 OK\r\n${lines.join('')}${extra}\r\n`, 'latin1')
  if (framing === 'length') return Buffer.concat([head(`content-length: ${body.length}\r\n`), body])
  if (framing === 'close') return Buffer.concat([head(''), body])
  const half = Math.floor(body.length / 2)
  const parts = [body.subarray(0, half), body.subarray(half)].filter((part) => part.length > 0)
  const chunks = parts.flatMap((part) => [
    Buffer.from(`${part.length.toString(16)};a=b\r\n`),
    part,
    Buffer.from('\r\n'),
  ])
  return Buffer.concat([head('transfer-encoding: chunked\r\n'), ...chunks, Buffer.from('0\r\nx: y\r\n\r\n')])
}
