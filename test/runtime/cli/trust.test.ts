import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type HttpHost, openHttpHost } from '../http/http-host.ts'
import { runNexus } from './run-nexus.ts'

let host: HttpHost
let env: Record<string, string>
beforeAll(async () => {
  host = await openHttpHost()
  const { token } = JSON.parse(await readFile(join(host.dataDir, 'cli.json'), 'utf8'))
  env = { NEXUS_URL: host.url, NEXUS_TOKEN: token }
})
afterAll(() => host[Symbol.asyncDispose]())

const nexus = (...args: readonly string[]) => runNexus(['trust', ...args], { env })

describe('nexus trust [H8]', () => {
  it('shows policy, pins and what waits', async () => {
    const shown = await nexus('show')
    expect(shown).toMatchObject({ code: 0 })
    expect(shown.stdout).toMatch(/provenance\s+keep/)
    expect(shown.stdout).toMatch(/licenses\s+any/)
    const { policy, decisions } = JSON.parse((await nexus('show', '--json')).stdout)
    expect(policy).toMatchObject({ newPublishers: 'ask', requireLog: true })
    expect(decisions).toEqual([])
  })

  it('changes rules, and says what is wrong with those it does not know', async () => {
    const set = await nexus('set', 'minimumReleaseAgeHours=48', 'licenses=MIT,Apache-2.0', 'requireTuf=no')
    expect(set).toMatchObject({ code: 0 })
    expect(set.stdout).toMatch(/minimumReleaseAgeHours\s+48/)
    expect(set.stdout).toMatch(/licenses\s+MIT, Apache-2.0/)
    expect((await nexus('set', 'licenses=any', 'blockedPublishers=evil')).stdout).toMatch(/licenses\s+any/)
    expect((await nexus('show')).stdout).toMatch(/blockedPublishers\s+evil/)
    for (const wrong of [
      ['alowEverything=yes'],
      ['minimumReleaseAgeHours=soon'],
      ['requireLog'],
      ['licenses=MIT OR X'],
    ]) {
      const refused = await nexus('set', ...wrong)
      expect(refused.code).toBe(2)
      expect(refused.stderr).toContain('Expected')
    }
  })

  it('pins the signers that the registry lists, and takes that back', async () => {
    const offered = JSON.parse((await nexus('show', 'acme', '--json')).stdout)
    expect(offered.signers).toMatchObject([{ kind: 'key', pinned: false }])
    expect(await nexus('pin', 'acme', '--yes')).toMatchObject({ code: 0, stdout: 'Pinned 1 of acme.\n' })
    expect((await nexus('show', 'acme')).stdout).toContain('pinned here')
    expect((await nexus('pin', 'acme', 'sha256:0', '--yes')).code).not.toBe(0)
    expect(await nexus('unpin', 'acme', '--yes')).toMatchObject({ code: 0 })
    expect((await nexus('show', 'acme')).stdout).toContain('not pinned')
    expect((await nexus('show', 'stranger')).stderr).toContain('stranger')
  })

  it('says what there is to decide, and takes no root that is none', async () => {
    expect((await nexus('decide', 'x')).code).toBe(2)
    const unknown = await nexus('decide', 'x', '--accept')
    expect(unknown.code).not.toBe(0)
    expect(unknown.stderr).toContain('decision')
    const folder = await mkdtemp(join(tmpdir(), 'nexus-root-'))
    const path = join(folder, 'trusted_root.json')
    for (const text of ['{', '{}', '{"certificateAuthorities":[]}']) {
      await writeFile(path, text)
      expect((await nexus('sigstore', path)).code).not.toBe(0)
    }
    await rm(folder, { recursive: true })
  })

  it('is for those who may manage the host: the API refuses others', async () => {
    const { body } = await host.ask('POST', '/api/v1/tokens', {
      body: { name: 'calls', scopes: ['tools:call'], expiresInDays: 1 },
    })
    const as = { token: body.token }
    expect((await host.ask('PATCH', '/api/v1/trust/policy', { as, body: { requireLog: false } })).status).toBe(403)
    expect((await host.ask('PATCH', '/api/v1/trust/policy', { body: { nonsense: 1 } })).status).toBe(422)
  })
})
