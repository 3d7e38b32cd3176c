import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Upstream } from '../../../../runtime/src/gateway/upstream/upstream.ts'
import { runNexus } from '../../cli/run-nexus.ts'
import { type HttpHost, openHttpHost } from '../../http/http-host.ts'
import { type RawServer, startRawServer } from './raw-server.ts'
import { ask, remote } from './requests.ts'

describe('operating upstreams by API, metrics and command line [G6]', () => {
  let one: RawServer
  let two: RawServer
  let upstream: Upstream
  let host: HttpHost
  let env: Record<string, string>

  beforeAll(async () => {
    one = await startRawServer(() => false, 'first')
    two = await startRawServer(() => false, 'second')
    upstream = remote(one.url, { replicas: [two.url] })
    host = await openHttpHost({ ports: { upstreams: { list: () => [upstream] } } })
    const { token } = JSON.parse(await readFile(join(host.dataDir, 'cli.json'), 'utf8'))
    env = { NEXUS_URL: host.url, NEXUS_TOKEN: token }
  })
  afterAll(async () => {
    await host[Symbol.asyncDispose]()
    await upstream[Symbol.asyncDispose]()
    await one[Symbol.asyncDispose]()
    await two[Symbol.asyncDispose]()
  })

  const nexus = (...args: readonly string[]) => runNexus(args, { env })

  it('shows replicas, breakers and queue beside the tools', async () => {
    await ask(upstream)
    const { body } = await host.ask('GET', '/api/v1/tools')
    expect(body.items[0]).toMatchObject({
      label: 'raw',
      pool: {
        sharing: 'shared',
        queued: 0,
        replicas: [
          { name: '1', address: one.url, breaker: 'closed', draining: false, outstanding: 0 },
          { name: '2', address: two.url },
        ],
      },
    })
  })

  it('drains a replica and takes it back, for people who may, and records who did', async () => {
    const path = '/api/v1/upstreams/raw/replicas/1'
    const member = await host.person('member')
    expect((await host.ask('POST', `${path}/drain`, { as: member })).status).toBe(403)
    expect((await host.ask('POST', `${path}/drain`)).body.pool.replicas[0].draining).toBe(true)
    for (let call = 0; call < 4; call += 1) expect(await ask(upstream)).toBe('second')
    expect((await host.ask('POST', `${path}/resume`)).body.pool.replicas[0].draining).toBe(false)
    expect((await host.ask('POST', '/api/v1/upstreams/raw/replicas/9/drain')).body).toMatchObject({
      status: 404,
      code: 'REPLICA_UNKNOWN',
    })
    expect((await host.ask('POST', '/api/v1/upstreams/none/restart')).body).toMatchObject({ code: 'UPSTREAM_UNKNOWN' })
    await host.flush()
    const { body } = await host.ask('GET', '/api/v1/audit')
    const actions = body.items.map((record: { action: string }) => record.action)
    expect(actions).toEqual(expect.arrayContaining(['upstream.drained', 'upstream.resumed']))
  })

  it('restarts an upstream with new sessions', async () => {
    const sessions = () => one.seen.filter(({ method }) => method === 'initialize').length
    const before = sessions()
    expect((await host.ask('POST', '/api/v1/upstreams/raw/restart')).body.state).toBe('ready')
    expect(sessions()).toBe(before + 1)
  })

  it('tells scrapers', async () => {
    const { text } = await host.ask('GET', '/metrics')
    expect(text).toMatch(/nexus_upstream_ready\{[^}]*upstream="raw"[^}]*replica="1"[^}]*\} 1/)
    expect(text).toMatch(/nexus_upstream_queued_calls\{[^}]*upstream="raw"[^}]*\} 0/)
    expect(text).toMatch(/nexus_upstream_reconnects_total\{[^}]*upstream="raw"[^}]*\} \d+/)
  })

  it('answers the command line', async () => {
    const shown = await nexus('upstream', 'list')
    expect(shown.code).toBe(0)
    expect(shown.stdout).toMatch(/raw +1 +ready +closed +0\/128 +0\/1024/)
    expect((await nexus('upstream', 'drain', 'raw', '2')).stdout).toBe('raw 2 gets no new calls; 0 in flight.\n')
    expect((await nexus('upstream', 'list')).stdout).toMatch(/raw +2 +ready, draining/)
    expect((await nexus('upstream', 'resume', 'raw', '2')).stdout).toBe('raw 2 gets calls again.\n')
    expect((await nexus('upstream', 'restart', 'raw')).stdout).toBe('Restarted raw: ready.\n')
    expect((await nexus('upstream', 'drain', 'nobody')).stderr).toContain('Expected the label of an upstream')
  })

  it('keeps a secret of one person out of the sight of others', async () => {
    const [ada, bob] = [await host.person('member'), await host.person('member')]
    const put = await host.ask('PUT', '/api/v1/own-secrets/github', { as: ada, body: { value: 'hunter2' } })
    expect(put.body).toMatchObject({ name: 'github', version: 1 })
    const own = (as: { readonly cookie: string }) => host.ask('GET', '/api/v1/own-secrets', { as })
    expect((await own(ada)).body.items).toMatchObject([{ name: 'github' }])
    expect((await own(bob)).body.items).toEqual([])
    expect((await host.ask('GET', '/api/v1/secrets')).text).not.toContain('github')
    expect((await host.ask('DELETE', '/api/v1/own-secrets/github', { as: bob })).status).toBe(404)
    expect((await host.ask('DELETE', '/api/v1/own-secrets/github', { as: ada })).status).toBe(204)
    expect((await nexus('secret', 'list', '--mine')).stdout).toBe('You keep no secrets here.\n')
  })
})
