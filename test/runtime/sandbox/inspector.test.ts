import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { parseManifest } from '@nexus/plugin-api'
import { readConfig } from '../../../runtime/src/config.ts'
import { limitsForInspection, profileForInspection } from '../../../runtime/src/sandbox/debug/inspector.ts'
import {
  type InspectorAddress,
  type InspectorDoor,
  createInspectorDoor,
} from '../../../runtime/src/sandbox/debug/inspector-door.ts'
import { openSandboxHost } from '../../../runtime/src/sandbox/open-sandbox-host.ts'
import type { Sandbox, SandboxSpec } from '../../../runtime/src/sandbox/sandbox.ts'
import { limits } from '../../escape/arena.ts'

const CODE = `export default { activate({ tools }) {
  tools.handle('double', (args) => {
    const secret = args.n + 1
    return String(secret * 2)
  })
} }`
const BREAK_LINE = 3

interface Message {
  readonly id?: number
  readonly method?: string
  // oxlint-disable-next-line typescript/no-explicit-any -- whatever the protocol answers
  readonly params?: any
  // oxlint-disable-next-line typescript/no-explicit-any -- whatever the protocol answers
  readonly result?: any
}

/** A debugger that speaks the protocol by hand. */
async function connectDebugger(url: string) {
  const socket = new WebSocket(url)
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  const seen: Message[] = []
  socket.on('message', (data: Buffer) => void seen.push(JSON.parse(data.toString('utf8')) as Message))
  let last = 0
  const until = async (matches: (message: Message) => boolean): Promise<Message> => {
    for (let turn = 0; turn < 3000; turn += 1) {
      const found = seen.find(matches)
      if (found !== undefined) return found
      await new Promise((resume) => setTimeout(resume, 10))
    }
    throw new Error(`Expected a message, found ${JSON.stringify(seen).slice(0, 500)}`)
  }
  return {
    socket,
    until,
    async ask(method: string, params: object = {}): Promise<Message> {
      last += 1
      const id = last
      socket.send(JSON.stringify({ id, method, params }))
      return await until((message) => message.id === id)
    },
  }
}

function specOf(): SandboxSpec {
  const parsed = parseManifest({
    manifestVersion: 1,
    id: 'acme/double',
    version: '1.0.0',
    kind: 'connector',
    displayName: 'Double',
    description: 'For tests.',
    license: 'MIT',
    engines: { nexus: '>=0.1.0' },
    contributes: { tools: [{ name: 'double', description: 'Doubles.', inputSchema: { type: 'object' } }] },
  })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues))
  return {
    installationId: 'double',
    workspaceId: 'w',
    manifest: parsed.manifest,
    code: CODE,
    codeDigest: `sha256:${createHash('sha256').update(CODE).digest('hex')}`,
    config: {},
    profile: profileForInspection({
      name: 'test',
      title: 'Test',
      description: '',
      tier: 'isolate',
      limits,
      lifecycle: { start: 'lazy', idleStopMs: 1000, instances: 4 },
      features: { webAssembly: false, sharedArrayBuffer: false },
    }),
    limits: limitsForInspection(limits),
    inspect: true,
  }
}

describe('a debugger at a plugin, in developer mode [R3]', () => {
  const cleanup = new AsyncDisposableStack()
  let sandbox: Sandbox
  let door: InspectorDoor
  let address: InspectorAddress
  let origin: string

  beforeAll(async () => {
    const cacheDir = await mkdtemp(join(tmpdir(), 'nexus-inspect-'))
    cleanup.defer(() => rm(cacheDir, { recursive: true, force: true }))
    const options = { cacheDir, logger: { warn: () => undefined }, isTrusted: () => false, isDeveloper: true }
    const host = cleanup.use(await openSandboxHost(options))
    const port = { call: () => Promise.resolve('null') }
    sandbox = cleanup.use(await host.open(specOf(), port, AbortSignal.timeout(60_000)))
    const server = createServer((request, response) => {
      if (!door.answer(request, response)) response.writeHead(404).end()
    })
    server.on('upgrade', (request, socket, head) => door.upgrade(request, socket, head))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    cleanup.defer(() => void server.close())
    const listening = server.address()
    origin = `http://127.0.0.1:${typeof listening === 'object' ? listening?.port : ''}`
    door = cleanup.use(createInspectorDoor({ url: origin, inspectorOf: () => sandbox.inspector }))
    address = door.open('double', 'acme/double 1.0.0')
  }, 90_000)
  afterAll(() => cleanup.disposeAsync())

  const call = () =>
    sandbox.invoke({
      handler: 'tool',
      name: 'double',
      payload: '{"n":3}',
      requestId: 'r',
      principal: { id: 'p', displayName: 'P' },
      signal: AbortSignal.timeout(60_000),
    })

  it('evaluates, stops at a breakpoint for longer than any limit of time, looks around and goes on', async () => {
    const debug = await connectDebugger(address.webSocketUrl)
    await debug.ask('Debugger.enable')
    expect((await debug.ask('Runtime.evaluate', { expression: '40 + 2' })).result.result.value).toBe(42)
    const script = await debug.until(
      ({ method, params }) => method === 'Debugger.scriptParsed' && /acme\/double/.test(params.url),
    )
    const set = await debug.ask('Debugger.setBreakpointByUrl', { url: script.params.url, lineNumber: BREAK_LINE })
    expect(set.result.locations).toHaveLength(1)
    const answer = call()
    const paused = await debug.until(({ method }) => method === 'Debugger.paused')
    // Longer than `wallMsPerCall` and `cpuMsPerCall` of the profile allow.
    await new Promise((resume) => setTimeout(resume, limits.wallMsPerCall + 500))
    const [frame] = paused.params.callFrames
    const looked = await debug.ask('Debugger.evaluateOnCallFrame', {
      callFrameId: frame.callFrameId,
      expression: 'secret',
    })
    expect(looked.result.result.value).toBe(4)
    await debug.ask('Debugger.resume')
    expect(await answer).toContain('8')
    debug.socket.close()
  }, 60_000)

  it('goes on when the debugger leaves at a breakpoint, and another debugger may come', async () => {
    const first = await connectDebugger(address.webSocketUrl)
    await first.ask('Debugger.enable')
    await first.ask('Debugger.setBreakpointByUrl', { urlRegex: 'acme/double', lineNumber: BREAK_LINE })
    const answer = call()
    await first.until(({ method }) => method === 'Debugger.paused')
    first.socket.terminate()
    expect(await answer).toContain('8')
    const second = await connectDebugger(address.webSocketUrl)
    expect((await second.ask('Runtime.evaluate', { expression: '1 + 1' })).result.result.value).toBe(2)
    second.socket.close()
  }, 60_000)

  it('lists its target as Chrome asks for it', async () => {
    const list = await (await fetch(address.listUrl)).json()
    expect(list).toMatchObject([
      { type: 'node', title: 'acme/double 1.0.0', webSocketDebuggerUrl: address.webSocketUrl },
    ])
    expect(address.devtoolsUrl).toContain(address.webSocketUrl.replace('ws://', 'ws='))
  })

  it('opens for nobody without the token, for no web page, and for no other name of this address', async () => {
    const refused = (url: string, options: object = {}) =>
      new Promise<string>((resolve) => {
        new WebSocket(url, options)
          .once('error', ({ message }: Error) => resolve(message))
          .once('open', () => resolve('open'))
      })
    expect(await refused(`${origin.replace('http', 'ws')}/inspect/${'a'.repeat(43)}`)).toContain('404')
    expect(await refused(address.webSocketUrl, { origin: 'https://evil.example' })).toContain('404')
    expect(await refused(address.webSocketUrl, { headers: { host: 'evil.example' } })).toContain('404')
    door.close('double')
    expect(await refused(address.webSocketUrl)).toContain('404')
  })
})

describe('developer mode [H8]', () => {
  it('is refused on a host that others can reach', () => {
    const read = (environment: Record<string, string>) => readConfig({ NEXUS_DATA: '/nowhere', ...environment })
    expect(read({ NEXUS_DEVELOPER_MODE: '1' }).developerMode).toBe(true)
    expect(read({}).developerMode).toBe(false)
    expect(() => read({ NEXUS_DEVELOPER_MODE: '1', NEXUS_HOST: '0.0.0.0' })).toThrow(/developer mode/i)
    expect(() => read({ NEXUS_DEVELOPER_MODE: '1', NEXUS_PUBLIC_URL: 'https://nexus.example' })).toThrow(
      /developer mode/i,
    )
  })
})
