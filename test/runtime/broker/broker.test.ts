import { NexusError } from '@nexus/plugin-api'
import { afterEach, describe, expect, it } from 'vitest'
import type { AuditEvent } from '../../../runtime/src/audit/audit.ts'
import {
  type ContributionSink,
  type HostTrouble,
  createBroker,
  createEgress,
  createPluginFiles,
} from '../../../runtime/src/broker/index.ts'
import { checkAddress } from '../../../runtime/src/broker/egress/check-address.ts'
import { coversHost } from '../../../runtime/src/broker/egress/check-target.ts'
import { createSecretMask } from '../../../runtime/src/broker/mask-secrets.ts'
import { type Grants, NO_GRANTS } from '../../../runtime/src/grants/grant.ts'
import { limits } from '../../escape/arena.ts'

const egress = createEgress()
const denials: AuditEvent[] = []
const opened: unknown[] = []
afterEach(() => {
  denials.length = 0
  opened.length = 0
})

function portWith(grants: Partial<Grants>, sink: Partial<ContributionSink> = {}) {
  const troubles: HostTrouble[] = []
  const broker = createBroker({
    callTool: () => Promise.reject(new Error('There is no gateway here.')),
    emit: () => undefined,
    egress,
    storage: {
      get: async () => undefined,
      getVersioned: async () => undefined,
      compareAndSet: async () => false,
      set: async () => undefined,
      delete: async () => false,
      list: async () => [],
    },
    files: createPluginFiles({ folder: '/nowhere', roots: async () => [] }),
    audit: { record: (event) => void denials.push(event) },
    reveal: async (_workspace, name) => `value of ${name}`,
    log: () => undefined,
    failed: (trouble) => void troubles.push(trouble),
  })
  const installation = {
    id: 'i1',
    workspaceId: 'w1',
    pluginId: 'acme/adapter',
    grants: { ...NO_GRANTS, ...grants },
    limits,
    config: { token: 'my-token' },
  }
  const open = () =>
    broker.portFor(installation, {
      stdio: (name, spec) => void opened.push([name, spec]),
      http: (name, spec) => void opened.push([name, spec]),
      defineTool: (tool) => void opened.push(tool),
      ...sink,
    })
  const port = open()
  const call = (name: string, argument: unknown) =>
    port.call(name, JSON.stringify(argument), { requestId: 'r1', signal: new AbortController().signal })
  return { call, restart: open, troubles, broker, usage: () => broker.usage('i1') }
}

const stdio = (spec: object) => ({ name: 'server', transport: 'stdio', spec })
const http = (spec: object) => ({ name: 'server', transport: 'http', spec })
const processes = [{ package: 'server-x@1.2.3', readable: [], writable: [] }]
const network = [
  { host: 'mcp.example.com', port: 443, scheme: 'https' as const, methods: ['POST'], allowPrivateAddresses: false },
]

describe('broker: upstreams and tools [H5]', () => {
  it('opens a granted process and refuses any other, with an audit record', async () => {
    const { call, usage } = portWith({ processes })
    expect(await call('upstreams.open', stdio({ package: 'server-x@1.2.3', args: ['--fast'] }))).toBe('')
    expect(opened).toEqual([['server', { package: 'server-x@1.2.3', args: ['--fast'] }]])
    for (const spec of [{ package: 'server-x@1.2.4' }, { command: 'sh' }, { command: 'server-x@1.2.3' }]) {
      await expect(call('upstreams.open', stdio(spec))).rejects.toMatchObject({ code: 'PERMISSION_DENIED' })
    }
    expect(opened).toHaveLength(1)
    expect(
      denials.map(({ action, target, outcome, requestId }) => [action, target, outcome, requestId].join(' ')),
    ).toEqual(Array.from({ length: 3 }, () => 'capability.denied acme/adapter:upstreams.open denied r1'))
    expect(usage()).toMatchObject({ calls: 4, denied: 3, limited: 0, egressBytes: 0, logBytes: 0 })
  })

  it('opens a remote server only on a granted host, and with granted secrets only', async () => {
    const { call } = portWith({ network, secrets: [{ field: 'token', access: 'use' }] })
    const secretHeaders = { authorization: { secret: 'token', format: 'Bearer {}' } }
    expect(await call('upstreams.open', http({ url: 'https://mcp.example.com/mcp', secretHeaders }))).toBe('')
    await expect(call('upstreams.open', http({ url: 'https://other.example.com/mcp' }))).rejects.toMatchObject({
      code: 'NETWORK_DENIED',
    })
    await expect(call('upstreams.open', http({ url: 'http://mcp.example.com/mcp' }))).rejects.toMatchObject({
      code: 'NETWORK_DENIED',
    })
    const other = { authorization: { secret: 'password' } }
    await expect(
      call('upstreams.open', http({ url: 'https://mcp.example.com/mcp', secretHeaders: other })),
    ).rejects.toMatchObject({ code: 'SECRET_DENIED' })
    expect(JSON.stringify(opened)).not.toContain('value of')
  })

  it('checks tools defined at run time as strictly as those of a manifest', async () => {
    const { call } = portWith({})
    const tool = { name: 'learned', description: 'Learned at run time.', inputSchema: { type: 'object' } }
    expect(await call('tools.define', { tool })).toBe('')
    expect(opened).toEqual([tool])
    for (const bad of [
      { ...tool, name: 'a b' },
      { ...tool, extra: 1 },
      { ...tool, inputSchema: { type: 'string' } },
      { ...tool, description: 'x\u202ey' },
    ]) {
      await expect(call('tools.define', { tool: bad })).rejects.toMatchObject({ code: 'CAPABILITY_ARGUMENT' })
    }
  })

  it('tells a plugin why the host refused its contribution, and nothing about the host’s own trouble', async () => {
    const refused = new NexusError('CONTRIBUTION_TWICE', 'Expected one, found two.', { fault: 'plugin' })
    const refusing = portWith({ processes }, { stdio: () => Promise.reject(refused) })
    await expect(refusing.call('upstreams.open', stdio({ package: 'server-x@1.2.3' }))).rejects.toMatchObject({
      code: 'CONTRIBUTION_REFUSED',
      message: 'Expected one, found two.',
    })
    const broken = portWith({ processes }, { stdio: () => Promise.reject(new Error('/secret/path is full')) })
    await expect(broken.call('upstreams.open', stdio({ package: 'server-x@1.2.3' }))).rejects.toMatchObject({
      code: 'CAPABILITY_FAILED',
      message: expect.not.stringContaining('/secret'),
    })
    expect(broken.troubles).toMatchObject([
      { capability: 'upstreams.open', installationId: 'i1', error: { message: '/secret/path is full' } },
    ])
    expect(refusing.troubles).toEqual([])
  })

  it.each([
    ['no.such', {}],
    ['constructor', {}],
    ['__proto__', {}],
    ['toString', {}],
  ])('knows no capability %s', async (name, argument) => {
    await expect(portWith({}).call(name, argument)).rejects.toMatchObject({ code: 'CAPABILITY_UNKNOWN' })
  })

  it('records once that a secret was handed over, and never its value', async () => {
    const { call, usage } = portWith({ secrets: [{ field: 'token', access: 'read' }] })
    for (let count = 0; count < 3; count += 1)
      expect(await call('secrets.read', { field: 'token' })).toBe('"value of my-token"')
    expect(denials).toMatchObject([{ action: 'secret.handed-over', target: 'token', outcome: 'ok' }])
    expect(JSON.stringify(denials)).not.toContain('my-token')
    expect(usage().used).toMatchObject([{ family: 'secrets', name: 'token', verb: 'read', uses: 3 }])
  })

  it('keeps counting over a restart of the plugin', async () => {
    const { broker, restart } = portWith({})
    await restart().call('storage.get', '{"key":"a"}', { requestId: 'r1', signal: new AbortController().signal })
    await restart().call('storage.get', '{"key":"a"}', { requestId: 'r2', signal: new AbortController().signal })
    expect(broker.usage('i1').byCapability).toMatchObject({ 'storage.get': { calls: 2, denied: 0, limited: 0 } })
    broker.forget('i1')
    expect(broker.usage('i1')).toMatchObject({ calls: 0, byCapability: {}, used: [] })
  })

  it('records a flood of denials as a number', async () => {
    const { call, usage } = portWith({})
    for (let count = 0; count < 100; count += 1) await call('secrets.read', { field: 'token' }).catch(() => undefined)
    expect(denials).toHaveLength(60)
    expect(usage().denied).toBe(100)
  })
})

describe('egress: addresses and hosts [H5]', () => {
  it.each([
    ['8.8.8.8', 'public'],
    ['2001:4860:4860::8888', 'public'],
    ['127.0.0.1', 'private'],
    ['::1', 'private'],
    ['10.1.2.3', 'private'],
    ['192.168.0.1', 'private'],
    ['fd12::1', 'private'],
    ['100.64.0.1', 'private'],
    ['::ffff:10.0.0.1', 'private'],
    ['169.254.169.254', 'forbidden'],
    ['::ffff:169.254.169.254', 'forbidden'],
    ['fe80::1%eth0', 'forbidden'],
    ['fd00:ec2::254', 'forbidden'],
    ['100.100.100.200', 'forbidden'],
    ['168.63.129.16', 'forbidden'],
    ['0.0.0.0', 'forbidden'],
    ['::', 'forbidden'],
    ['224.0.0.1', 'forbidden'],
    ['255.255.255.255', 'forbidden'],
    ['64:ff9b::7f00:1', 'forbidden'],
    ['2002:7f00:1::', 'forbidden'],
    ['::7f00:1', 'forbidden'],
    ['64:ff9b:1::7f00:1', 'forbidden'],
    ['2001:0:1::1', 'forbidden'],
    ['::ffff:0:7f00:1', 'forbidden'],
    ['2001:4860::5efe:7f00:1', 'forbidden'],
    ['2001:4860::200:5efe:7f00:1', 'forbidden'],
    ['4000::1', 'forbidden'],
    ['fec0::1', 'forbidden'],
    ['fd00:ec2::23', 'forbidden'],
    ['fd00:42::42', 'forbidden'],
    ['192.0.0.192', 'forbidden'],
    ['169.254.170.2', 'forbidden'],
    ['0.1.2.3', 'forbidden'],
    ['192.88.99.1', 'forbidden'],
    ['198.18.0.1', 'forbidden'],
    ['240.0.0.1', 'forbidden'],
    ['example.com', 'forbidden'],
  ])('judges %s as %s', (address, verdict) => {
    expect(checkAddress(address)).toBe(verdict)
  })

  it.each([
    ['example.com', 'example.com', true],
    ['example.com', 'a.example.com', false],
    ['*.example.com', 'a.example.com', true],
    ['*.example.com', 'a.b.example.com', true],
    ['*.example.com', 'example.com', false],
    ['*.example.com', 'evilexample.com', false],
    ['*.0.0.1', '127.0.0.1', false],
    ['127.0.0.1', '127.0.0.1', true],
  ])('%s covers %s: %s', (pattern, host, covered) => {
    expect(coversHost(pattern, host)).toBe(covered)
  })
})

describe('secret mask [I6]', () => {
  it('masks a value in every usual form and leaves other text alone', () => {
    const mask = createSecretMask()
    mask.learn('p@ss word/42')
    const forms = [
      'p@ss word/42',
      encodeURIComponent('p@ss word/42'),
      Buffer.from('p@ss word/42').toString('hex'),
      ...['', 'u:', 'us:'].map((before) => Buffer.from(`${before}p@ss word/42:x`).toString('base64')),
    ]
    for (const form of forms) expect(mask.apply(`a ${form} b`)).toContain('[secret]')
    expect(mask.apply('nothing to see')).toBe('nothing to see')
  })

  it('does not mask values so short that every text would suffer', () => {
    const mask = createSecretMask()
    mask.learn('1')
    mask.learn('')
    expect(mask.apply('11 tests')).toBe('11 tests')
  })
})
