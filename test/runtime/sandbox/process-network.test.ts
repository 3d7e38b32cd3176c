import { type Server, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HTTP_METHODS, errorCode } from '@nexus/plugin-api'
import { type EgressProxyOptions, createEgressProxy } from '../../../runtime/src/broker/egress/proxy.ts'
import type { NetworkGrant } from '../../../runtime/src/grants/grant.ts'
import { probeMachine } from '../../../runtime/src/sandbox/containment/probe.ts'
import { type ProcessSpec, startProcess } from '../../../runtime/src/sandbox/process/start-process.ts'

/** A server of the own network; the test is the name server, too. */
let origin: Server
let port = 0
beforeAll(async () => {
  origin = createServer((request, response) => {
    if (request.url === '/far') response.writeHead(302, { location: 'http://other.test/' }).end()
    else if (request.url === '/big') response.end('x'.repeat(100_000))
    else response.end(`${request.method} ${request.headers.host} ${request.headers['proxy-authorization'] ?? 'clean'}`)
  })
  await new Promise<void>((resolve) => origin.listen(0, '127.0.0.1', resolve))
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it listens on a port
  port = (origin.address() as AddressInfo).port
})
afterAll(() => origin.close())

const grantFor = (host: string, rest: Partial<NetworkGrant> = {}): NetworkGrant => ({
  host,
  port,
  scheme: 'http',
  methods: HTTP_METHODS,
  allowPrivateAddresses: true,
  ...rest,
})

interface Attempt {
  readonly said: string
  readonly refused: readonly (string | undefined)[]
  readonly bytes: number
}

/** Runs a script in a box whose only way out is a proxy over `grants`. */
async function attempt(
  script: string,
  grants: readonly NetworkGrant[],
  rest: Partial<EgressProxyOptions> = {},
): Promise<Attempt> {
  const refused: (string | undefined)[] = []
  let bytes = 0
  const proxy = createEgressProxy({
    grants,
    limits: { egressBytesPerMinute: 1_000_000, networkRequestsPerMinute: 100 },
    watch: {
      sending: () => undefined,
      received: (count) => {
        bytes += count
      },
    },
    refused: (error) => refused.push(errorCode(error)),
    resolve: async () => [{ address: '127.0.0.1', family: 4 }],
    ...rest,
  })
  const child = startProcess({ ...node(script), network: 'proxy', serveDoor: (door) => proxy.serve(door) })
  const [said, complaint] = await Promise.all([text(child.stdout), text(child.stderr)])
  await child.exited
  return { said: said + complaint, refused, bytes }
}

const node = (script: string): ProcessSpec => ({ command: process.execPath, args: ['-e', script], env: {} })
const fetching = (url: string): string =>
  `fetch(${JSON.stringify(url)}).then(async (r) => console.log(r.status, await r.text()), (e) => console.log('failed', e.cause?.code ?? e.message))`
/** Opens a tunnel by hand, as clients do that know nothing else. */
const tunnelling = (authority: string): string =>
  `const s = require('net').connect(Number(new URL(process.env.HTTPS_PROXY).port), '127.0.0.1'); s.write('CONNECT ${authority} HTTP/1.1\\r\\n\\r\\n'); s.once('data', (d) => { console.log(String(d).split('\\r\\n')[0]); s.write('GET /in HTTP/1.1\\r\\nhost: tunnel\\r\\nconnection: close\\r\\n\\r\\n'); s.on('data', (e) => console.log(String(e).split('\\r\\n\\r\\n')[1])) }); s.on('error', () => 0)`

describe.runIf('path' in probeMachine().bubblewrap)('network of a contained process [H4]', () => {
  it('reaches a granted host through the proxy, without knowing it', async () => {
    const { said, refused, bytes } = await attempt(fetching(`http://granted.test:${port}/`), [grantFor('granted.test')])
    expect(said).toBe(`200 GET granted.test:${port} clean\n`)
    expect(refused).toEqual([])
    expect(bytes).toBeGreaterThan(0)
  })

  it('reaches no other host, and the attempt is told', async () => {
    const { said, refused } = await attempt(fetching(`http://other.test:${port}/`), [grantFor('granted.test')])
    expect(said).toContain('403 NETWORK_DENIED')
    expect(refused).toEqual(['NETWORK_DENIED'])
  })

  it('reaches a granted host by tunnel when every method is granted, whatever is inside', async () => {
    const { said } = await attempt(tunnelling(`granted.test:${port}`), [grantFor('granted.test')])
    expect(said).toContain('HTTP/1.1 200')
    expect(said).toContain('GET tunnel clean')
  })

  it.each([
    ['another port', 'granted.test:1', {}],
    ['a host that only some methods are granted for', undefined, { methods: ['GET'] }],
    ['a host in the own network that nobody allowed', undefined, { allowPrivateAddresses: false }],
    ['a path smuggled behind the port', 'granted.test:443/../', {}],
    ['a user name', 'granted.test@other.test:443', {}],
  ])('gets no tunnel to %s', async (_what, authority, rest) => {
    const { said, refused } = await attempt(tunnelling(authority ?? `granted.test:${port}`), [
      grantFor('granted.test', rest),
    ])
    expect(said).toContain('403')
    expect(said).not.toContain('GET tunnel')
    expect(refused).toEqual(['NETWORK_DENIED'])
  })

  it.each([
    '127.0.0.1',
    '[::1]',
    '169.254.169.254',
    '[::ffff:169.254.169.254]',
    '0x7f000001',
    '2130706433',
    'localhost',
  ])('gets no tunnel to %s when only a name is granted', async (host) => {
    const { said, refused } = await attempt(tunnelling(`${host}:${port}`), [grantFor('*.granted.test')])
    expect(said).not.toContain('GET tunnel')
    expect(refused).toEqual(['NETWORK_DENIED'])
  })

  it('gets nothing when a granted name turns out to be the metadata service', async () => {
    const { said, refused } = await attempt(tunnelling(`granted.test:${port}`), [grantFor('granted.test')], {
      resolve: async () => [
        { address: '127.0.0.1', family: 4 },
        { address: '169.254.169.254', family: 4 },
      ],
    })
    expect(said).toContain('403')
    expect(refused).toEqual(['NETWORK_DENIED'])
  })

  it('follows a redirect only to what is granted, too', async () => {
    const { said, refused } = await attempt(fetching(`http://granted.test:${port}/far`), [grantFor('granted.test')])
    expect(said).toContain('403 NETWORK_DENIED')
    expect(refused).toEqual(['NETWORK_DENIED'])
  })

  it('is cut off when its bytes or its requests of a minute are used up', async () => {
    const bytes = await attempt(fetching(`http://granted.test:${port}/big`), [grantFor('granted.test')], {
      limits: { egressBytesPerMinute: 10_000, networkRequestsPerMinute: 100 },
    })
    expect(bytes.said).not.toContain('200 xxx')
    expect(bytes.refused).toContain('NETWORK_QUOTA')
    const requests = await attempt(fetching(`http://granted.test:${port}/`), [grantFor('granted.test')], {
      limits: { egressBytesPerMinute: 10_000, networkRequestsPerMinute: 0 },
    })
    expect(requests.said).toContain('429 NETWORK_QUOTA')
  })

  it('has no way around the proxy', async () => {
    const { said } = await attempt(
      `require('net').connect(${port}, '127.0.0.1').on('connect', () => console.log('reached')).on('error', (e) => console.log(e.code)); require('dns').lookup('example.com', (e) => console.log(e.code))`,
      [grantFor('granted.test')],
    )
    expect(said).not.toContain('reached')
    expect(said).toContain('ECONNREFUSED')
  })

  it('keeps no descriptor of the launcher, and gets its secrets only in its own environment', async () => {
    const proxy = createEgressProxy({
      grants: [grantFor('granted.test')],
      limits: { egressBytesPerMinute: 1, networkRequestsPerMinute: 1 },
      watch: { sending: () => undefined, received: () => undefined },
      refused: () => undefined,
    })
    const script =
      "const fs = require('fs'); console.log(JSON.stringify({ own: process.env.TOKEN, channel: process.env.NODE_CHANNEL_FD ?? null, first: fs.readFileSync('/proc/1/environ', 'utf8'), sockets: fs.readdirSync('/proc/self/fd').filter((fd) => { try { return Number(fd) > 2 && fs.readlinkSync('/proc/self/fd/' + fd).startsWith('socket:') } catch { return false } }) }))"
    const child = startProcess({
      ...node(script),
      env: { TOKEN: 'hush' },
      network: 'proxy',
      serveDoor: (door) => proxy.serve(door),
    })
    const seen: Record<string, unknown> = JSON.parse(await text(child.stdout))
    expect(seen).toMatchObject({ own: 'hush', channel: null, sockets: [] })
    expect(seen['first']).not.toContain('hush')
  })
})
