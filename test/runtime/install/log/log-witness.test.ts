import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ConsistencyProof, ReleaseDetail } from '@nexus/registry/contract'
import { describe, expect, it } from 'vitest'
import { openTestRegistry } from '../../../registry/http/open-test-registry.ts'
import { signedPlugin } from '../../../registry/fixtures.ts'
import { changed, openLogHost } from './open-log-host.ts'

const refused = (code: string) => expect.objectContaining({ code, details: expect.objectContaining({ layer: 'log' }) })

describe('the log as a link of the chain [R2]', () => {
  it('says where a release is in the log, at install, and at start without a network', async () => {
    await using test = await openLogHost()
    await test.publish('1.0.0')
    const claim = await test.claim('1.0.0')
    const link = await test.host().log(claim, 'install')
    expect(link).toMatchObject({ layer: 'log', state: 'verified', by: expect.stringMatching(/^nexus-log\//) })
    await test.middle[Symbol.asyncDispose]()
    await test.restart()
    expect(await test.host().log(claim, 'start')).toEqual(link)
  })

  it('has nothing to say about a release that comes without an entry', async () => {
    await using test = await openLogHost()
    await test.publish('1.0.0')
    const { log: _, ...claim } = await test.claim('1.0.0')
    expect(await test.host().log(claim, 'install')).toBeUndefined()
  })

  it('refuses the entry of another release, and other signatures than the logged ones', async () => {
    await using test = await openLogHost()
    await test.publish('1.0.0')
    await test.publish('1.0.1')
    const claim = await test.claim('1.0.0')
    const other = await test.claim('1.0.1')
    const { host } = test
    const at = host().log
    await expect(at({ ...claim, log: other.log }, 'install')).rejects.toEqual(refused('LOG_ENTRY_OTHER'))
    const signatures = { ...claim.signatures, admission: other.signatures.admission }
    await expect(at({ ...claim, signatures }, 'install')).rejects.toEqual(refused('LOG_ENTRY_OTHER'))
    const bundleDigest = other.bundleDigest
    await expect(at({ ...claim, bundleDigest }, 'install')).rejects.toEqual(refused('LOG_ENTRY_OTHER'))
  })

  it('refuses an entry that was changed, as often as it is asked', async () => {
    await using test = await openLogHost()
    await test.publish('1.0.0')
    test.middle.set(({ path, body }) =>
      path.includes('/versions/')
        ? changed<ReleaseDetail>(body, ({ log }) => {
            if (log !== undefined) log.record.statement = log.record.statement.replace('1.0.0', '1.0.1')
          })
        : undefined,
    )
    const claim = await test.claim('1.0.0')
    await expect(test.host().log(claim, 'install')).rejects.toEqual(refused('LOG_PROOF_INVALID'))
    await expect(test.host().log(claim, 'install')).rejects.toEqual(refused('LOG_PROOF_INVALID'))
  })

  it('refuses a smaller tree than it has seen, after a restart too', async () => {
    await using test = await openLogHost()
    await test.publish('1.0.0')
    const old = await test.claim('1.0.0')
    await test.publish('1.0.1')
    await test.host().log(await test.claim('1.0.1'), 'install')
    // Somebody who only was faster than another is asked again, and answers.
    expect(await test.host().log(old, 'install')).toMatchObject({ state: 'verified' })
    // A registry that is stuck in the past cannot.
    test.middle.set(({ path }) => (path.includes('/log/proof/') ? { status: 404, body: '{}' } : undefined))
    await test.restart()
    await expect(test.host().log(old, 'install')).rejects.toEqual(refused('LOG_CHECKPOINT_OLD'))
  })

  it('refuses a log that grew in another way than it was', async () => {
    await using test = await openLogHost()
    await test.publish('1.0.0')
    await test.publish('1.0.1')
    await test.publish('1.0.2')
    await test.host().log(await test.claim('1.0.2'), 'install')
    await test.publish('1.0.3')
    test.middle.set(({ path, body }) =>
      path.endsWith('/proof/consistency')
        ? changed<ConsistencyProof>(body, ({ hashes }) => hashes.splice(0, 1, 'ab'.repeat(32)))
        : undefined,
    )
    await expect(test.host().log(await test.claim('1.0.3'), 'install')).rejects.toEqual(refused('LOG_FORKED'))
  })

  it('refuses another log with the same size, signed with the right key', async () => {
    await using test = await openLogHost()
    await test.publish('1.0.0')
    const claim = await test.claim('1.0.0')
    await test.host().log(claim, 'install')
    // The same registry, set back to before the release, publishes another one: a fork made by the key's owner.
    const folder = test.registry.dataDir
    const keys = ['log-key.pem', 'registry-key.json', 'registry-keys.json', 'tuf-online-key.pem']
    await using forked = await openTestRegistry()
    for (const name of keys) await writeFile(join(forked.dataDir, name), await readFile(join(folder, name)))
    await forked.restart()
    const plugin = await signedPlugin(forked.key, { manifest: { version: '6.6.6' } })
    expect((await forked.publish(plugin)).status).toBe(201)
    const fork = await fetch(`${forked.url()}/api/v1/plugins/acme/weather/versions/6.6.6`)
    const lie: ReleaseDetail = JSON.parse(await fork.text())
    await expect(test.host().log(lie, 'install')).rejects.toEqual(refused('LOG_FORKED'))
  })

  it('refuses the log of another registry', async () => {
    await using test = await openLogHost()
    await test.publish('1.0.0')
    await test.host().log(await test.claim('1.0.0'), 'install')
    await using other = await openLogHost()
    await other.publish('1.0.0')
    await expect(test.host().log(await other.claim('1.0.0'), 'install')).rejects.toEqual(refused('LOG_KEY_MISMATCH'))
  })

  it('does not take a damaged memory for an empty one', async () => {
    await using test = await openLogHost()
    await writeFile(join(test.dataDir, 'log-checkpoint.json'), '{"version":1,"checkpoint":7}')
    await expect(test.restart()).rejects.toEqual(expect.objectContaining({ code: 'LOG_MEMORY_INVALID' }))
  })
})
