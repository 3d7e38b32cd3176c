// oxlint-disable typescript/no-unsafe-type-assertion -- what comes off the wire is checked by the test that asked for it
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bin } from '../../cli/run-nexus.ts'
import { processUpstream, type RunningGateway, startGateway, WILD } from '../harness.ts'
import { META, modern, openSession, post } from '../wire.ts'
import { openOldStream } from './old-stream.ts'

type Json = Record<string, unknown>

const LATEST = '2025-11-25'
const LEGACY = ['2024-10-07', '2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25']

/** What a client may say in `initialize`, and what it is told: a version, or an error. */
const SAID: readonly (readonly [what: string, said: unknown, told: string | number])[] = [
  ...LEGACY.map((version) => [version, version, version] as const),
  ['the revision without a handshake', '2026-07-28', LATEST],
  ['a date to come', '2099-01-01', LATEST],
  ['a date that never was', '2025-13-45', LATEST],
  ['a known date with a space', '2025-06-18 ', LATEST],
  ['an empty text', '', LATEST],
  ['words', 'latest', LATEST],
  ['a long text', 'x'.repeat(10_000), LATEST],
  ['a member of every object', '__proto__', LATEST],
  ['a number', 20_250_618, -32_602],
  ['nothing', null, -32_602],
  ['a truth', true, -32_602],
  ['an object', { version: LATEST }, -32_602],
  ['a list', [LATEST], -32_602],
  ['no version at all', undefined, -32_602],
]

/** A door for `initialize`, whichever transport is behind it. */
interface Door extends AsyncDisposable {
  hello(said: unknown): Promise<Json>
}

const initialize = (id: unknown, said: unknown) => ({
  jsonrpc: '2.0',
  id,
  method: 'initialize',
  params: { protocolVersion: said, capabilities: {}, clientInfo: { name: 'table', version: '1' } },
})

let nexus: RunningGateway
beforeAll(async () => {
  nexus = await startGateway()
  nexus.add(processUpstream('wild', WILD))
})
afterAll(() => nexus[Symbol.asyncDispose]())

const none = () => Promise.resolve()

/** `nexus connect`, spoken to in lines. */
function startConnect(): Door & { ask(message: Json): Promise<Json> } {
  const child: ChildProcess = spawn(process.execPath, [bin, 'connect', '--url', nexus.url], {
    env: { PATH: process.env['PATH'], NEXUS_TOKEN: 'alice' },
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const waiting = new Map<unknown, (message: Json) => void>()
  if (child.stdout !== null) {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const message = JSON.parse(line) as Json
      waiting.get(message['id'])?.(message)
    })
  }
  const ask = (message: Json): Promise<Json> => {
    const { promise, resolve } = Promise.withResolvers<Json>()
    waiting.set(message['id'], resolve)
    child.stdin?.write(`${JSON.stringify(message)}\n`)
    return promise
  }
  let asked = 0
  return {
    ask,
    hello(said) {
      asked += 1
      return ask(initialize(asked, said))
    },
    async [Symbol.asyncDispose]() {
      child.stdin?.end()
      await once(child, 'close')
    },
  }
}

const DOORS: readonly (readonly [name: string, open: () => Promise<Door>])[] = [
  [
    'Streamable HTTP',
    () =>
      Promise.resolve({
        hello: async (said) => (await (await post(nexus, initialize(1, said))).json()) as Json,
        [Symbol.asyncDispose]: none,
      }),
  ],
  [
    'HTTP+SSE',
    () =>
      Promise.resolve({
        async hello(said) {
          await using stream = await openOldStream(nexus, '/sse')
          await stream.post(initialize(1, said))
          return await stream.next()
        },
        [Symbol.asyncDispose]: none,
      }),
  ],
  ['stdio', () => Promise.resolve(startConnect())],
]

describe.each(DOORS)('the version that is agreed on over %s [G1]', (_name, open) => {
  let door: Door
  beforeAll(async () => {
    door = await open()
  })
  afterAll(() => door[Symbol.asyncDispose]())

  it.each(SAID)('for %s', async (_what, said, told) => {
    const answer = await door.hello(said)
    if (typeof told === 'string') expect(answer).toMatchObject({ result: { protocolVersion: told } })
    else expect(answer).toMatchObject({ error: { code: told } })
  })
})

describe('the version in the header of a session [G1]', () => {
  const ping = (id: string, version: string | undefined) =>
    post(
      nexus,
      { jsonrpc: '2.0', id: 1, method: 'ping' },
      { 'mcp-session-id': id, ...(version === undefined ? {} : { 'mcp-protocol-version': version }) },
    )

  it.each([...LEGACY, undefined])('is fine as %s', async (version) => {
    const { id } = await openSession(nexus)
    expect((await ping(id, version)).status).toBe(200)
  })

  it.each(['2099-01-01', 'latest', '', '2025-06-18, 2025-11-25'])('is refused as %j', async (version) => {
    const { id } = await openSession(nexus)
    const answer = await ping(id, version)
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ error: { code: -32_022, data: { supported: expect.any(Array) } } })
  })
})

describe('the version of a request without a session [G1]', () => {
  const VERSION = 'io.modelcontextprotocol/protocolVersion'
  const cases: readonly (readonly [what: string, said: unknown, code: number | undefined])[] = [
    ['the current one', '2026-07-28', undefined],
    ['one with sessions', LATEST, -32_022],
    ['one to come', '2099-01-01', -32_022],
    ['an empty text, which no header can say', '', -32_020],
    ['a number', 20_260_728, -32_602],
    ['an object', {}, -32_602],
    ['nothing', null, -32_602],
  ]

  it.each(cases)('over HTTP: %s', async (_what, said, code) => {
    const headers = { 'mcp-protocol-version': typeof said === 'string' && said !== '' ? said : '2026-07-28' }
    const answer = await modern(nexus, 'tools/list', { _meta: { ...META, [VERSION]: said } }, { headers })
    const body = (await answer.json()) as Json
    if (code === undefined) expect(body).toMatchObject({ result: {} })
    else expect(body).toMatchObject({ error: { code } })
  })

  it('over stdio: named as supported to a client of another', async () => {
    await using door = startConnect()
    const ask = (said: unknown) =>
      door.ask({ jsonrpc: '2.0', id: 'v', method: 'tools/list', params: { _meta: { ...META, [VERSION]: said } } })
    expect(await ask('2026-07-28')).toMatchObject({ result: { resultType: 'complete' } })
    expect(await ask('2099-01-01')).toMatchObject({ error: { code: -32_022, data: { supported: ['2026-07-28'] } } })
  })
})
