import { type Server, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { NetworkGrant } from '../../../runtime/src/grants/grant.ts'
import type { SandboxLimits } from '../../../runtime/src/sandbox/profile.ts'
import { type OpenPort, openPort } from './open-port.ts'

let server: Server
let origin = ''
let grant: NetworkGrant
let requests = 0
beforeAll(async () => {
  server = createServer((request, response) => {
    requests += 1
    if (request.url === '/hop') response.writeHead(302, { location: '/page' }).end()
    else response.writeHead(200, { 'content-type': 'text/plain' }).end('x'.repeat(Number(request.url?.slice(1)) || 10))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a server that listens on a port has such an address
  const { port } = server.address() as AddressInfo
  origin = `http://127.0.0.1:${port}`
  grant = { host: '127.0.0.1', port, scheme: 'http', methods: ['GET', 'POST'], allowPrivateAddresses: true }
})
afterAll(() => new Promise((resolve) => server.close(resolve)))

async function open(limits: Partial<SandboxLimits>): Promise<OpenPort> {
  requests = 0
  return openPort({ grants: { network: [grant] }, limits })
}

const quota = (limit: string, value: number) => ({ code: 'NETWORK_QUOTA', details: { limit, value } })

describe('network quotas [H5] [H9]', () => {
  it('counts every request, also those of redirects, and names the limit', async () => {
    await using port = await open({ networkRequestsPerMinute: 3 })
    await port.call('network.fetch', { url: `${origin}/hop` })
    await port.call('network.fetch', { url: `${origin}/10` })
    await expect(port.call('network.fetch', { url: `${origin}/10` })).rejects.toMatchObject(
      quota('networkRequestsPerMinute', 3),
    )
    await expect(port.call('network.fetch', { url: `${origin}/10` })).rejects.toMatchObject({ code: 'NETWORK_QUOTA' })
    expect(requests).toBe(3)
    // A limit that stays reached is one breach.
    expect(port.breaches).toEqual([
      { code: 'NETWORK_QUOTA', limit: 'networkRequestsPerMinute', value: 3, requestId: 'r1' },
    ])
    expect(port.events.map(({ action, details }) => [action, details?.['limit'], details?.['value']])).toEqual([
      ['capability.limited', 'networkRequestsPerMinute', 3],
    ])
    expect(port.usage()).toMatchObject({
      calls: 4,
      denied: 0,
      limited: 2,
      byCapability: { 'network.fetch': { calls: 4, limited: 2 } },
      used: [{ family: 'network', name: `http://127.0.0.1:${grant.port}`, verb: 'GET', uses: 3 }],
    })
  })

  it('counts what is sent and what is received within a minute', async () => {
    await using port = await open({ egressBytesPerMinute: 5000 })
    await expect(
      port.call('network.fetch', { url: `${origin}/1`, method: 'POST', body: 'x'.repeat(6000) }),
    ).rejects.toMatchObject(quota('egressBytesPerMinute', 5000))
    expect(requests).toBe(0)
    await port.call('network.fetch', { url: `${origin}/3000` })
    await expect(port.call('network.fetch', { url: `${origin}/3000` })).rejects.toMatchObject(
      quota('egressBytesPerMinute', 5000),
    )
    expect(port.usage().egressBytes).toBeGreaterThan(6000)
  })

  it('shares the bytes of a call among requests side by side', async () => {
    await using port = await open({ egressBytesPerCall: 10_000 })
    const fetches = Array.from({ length: 8 }, () => port.call('network.fetch', { url: `${origin}/3000` }))
    const results = await Promise.allSettled(fetches)
    const failed = results.filter((result) => result.status === 'rejected')
    expect(failed).toHaveLength(5)
    for (const { reason } of failed) {
      expect(reason).toMatchObject({
        code: 'NETWORK_TOO_LARGE',
        details: { limit: 'egressBytesPerCall', value: 10_000 },
      })
    }
    await expect(port.call('network.fetch', { url: `${origin}/3000` }, 'r2')).resolves.toMatchObject({ status: 200 })
  })
})
