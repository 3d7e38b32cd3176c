import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type HttpHost, openHttpHost } from '../http/http-host.ts'
import { runNexus } from './run-nexus.ts'

let host: HttpHost
let env: Record<string, string>
let id: string
beforeAll(async () => {
  host = await openHttpHost()
  id = await host.install()
  const { token } = JSON.parse(await readFile(join(host.dataDir, 'cli.json'), 'utf8'))
  env = { NEXUS_URL: host.url, NEXUS_TOKEN: token }
})
afterAll(() => host[Symbol.asyncDispose]())

const nexus = (...args: readonly string[]) => runNexus(args, { env })
const change = (body: object) => host.ask('PATCH', `/api/v1/installations/${id}`, { body })

describe('choosing a sandbox profile [H4] [H6]', () => {
  it('is possible for an installed plugin, and is refused for a profile there is not', async () => {
    expect((await host.ask('GET', `/api/v1/installations/${id}`)).body.sandbox).toMatchObject({ profile: 'standard' })
    const unknown = await change({ profile: 'lax' })
    expect([unknown.status, unknown.body.code]).toEqual([422, 'SANDBOX_PROFILE_UNKNOWN'])
    expect((await host.ask('GET', '/api/v1/sandbox-profiles')).body.items).toEqual([
      expect.objectContaining({ name: 'standard', tier: 'isolate', memoryMb: 64 }),
      expect.objectContaining({ name: 'worker', tier: 'worker' }),
    ])
  })

  it('refuses worker threads to a publisher that is not marked, in a plan, at install and later', async () => {
    const plan = { pluginId: 'acme/hello', config: { server: 'acme.example' }, profile: 'worker' }
    const planned = await host.ask('POST', '/api/v1/installations/plan', { body: plan })
    expect(planned.body.sandbox).toMatchObject({ profile: 'worker', tier: 'worker', allowed: false })
    const { version, consentDigest } = planned.body
    let job = (await host.ask('POST', '/api/v1/installations', { body: { ...plan, version, consentDigest } })).body
    while (job.state === 'running') job = (await host.ask('GET', `/api/v1/jobs/${job.id}`)).body
    expect(job).toMatchObject({ state: 'failed', problem: { code: 'SANDBOX_TRUST_REQUIRED', status: 403 } })
    const later = await change({ profile: 'worker' })
    expect([later.status, later.body.code]).toEqual([403, 'SANDBOX_TRUST_REQUIRED'])
    expect(later.body.detail).toContain('A worker thread is not a security boundary.')
  })

  it('is the operator’s alone: nobody else marks a publisher', async () => {
    const { cookie } = await host.person('member')
    const asked = await host.ask('PATCH', '/api/v1/trust/publishers/acme', { body: { workers: true }, as: { cookie } })
    expect(asked.status).toBe(403)
    expect((await host.ask('GET', '/api/v1/trust')).body.publishers[0].workers).toBe(false)
  })
})

describe('nexus publisher trust, nexus plugin profile [H4] [H6]', () => {
  it('asks, with the warning, before it lets a publisher into worker threads', async () => {
    const unasked = await nexus('publisher', 'trust', 'acme', '--workers')
    expect(unasked.code).toBe(2)
    expect(unasked.stderr).toContain('CLI_CONSENT')
    expect((await nexus('publisher', 'trust', 'acme')).stderr).toContain('Expected --workers or --no-workers')
    expect(await nexus('publisher', 'trust', 'acme', '--workers', '--yes')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('may run in worker threads'),
    })
    expect((await nexus('publisher', 'list')).stdout).toMatch(/acme +yes/)
  })

  it('moves an installed plugin to another profile and says what that means', async () => {
    expect((await nexus('plugin', 'profile', 'acme/hello')).stdout).toMatch(/standard \*[^]*worker/)
    const moved = await nexus('plugin', 'profile', 'acme/hello', 'worker')
    expect(moved.stdout).toBe(
      'acme/hello runs in worker (worker, 64 MiB). A worker thread is not a security boundary.\n',
    )
    expect((await nexus('plugin', 'status', 'acme/hello')).stdout).toContain('Sandbox: worker (worker, 64 MiB).')
    await host.flush()
    const { body } = await host.ask('GET', '/api/v1/audit?action=plugin.reconfigured')
    expect(body.items[0].details).toMatchObject({ from: 'standard', profile: 'worker' })
    await nexus('plugin', 'profile', 'acme/hello', 'standard')
  })

  it('installs in the profile that was chosen, and takes the trust back', async () => {
    const install = 'plugin install acme/hello --config server=acme.example --profile worker --yes'.split(' ')
    const chosen = await nexus(...install, '--label', 'second')
    expect(chosen.stderr).toContain('Sandbox: worker (worker, 64 MiB). A worker thread is not a security boundary.')
    expect(chosen.code).toBe(0)
    expect(await nexus('publisher', 'trust', 'acme', '--no-workers')).toMatchObject({ code: 0 })
    expect((await nexus('publisher', 'list')).stdout).toMatch(/acme +no/)
    const refused = await nexus(...install)
    expect(refused.stderr).toContain('acme is not trusted with worker threads')
    expect(refused.stderr).toContain('SANDBOX_TRUST_REQUIRED')
  })
})
