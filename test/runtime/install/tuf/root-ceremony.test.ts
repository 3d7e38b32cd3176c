import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ADMIN_TOKEN } from '../../../registry/http/open-test-registry.ts'
import { runNexus } from '../../cli/run-nexus.ts'
import { openLogHost } from '../log/open-log-host.ts'

type TestHost = Awaited<ReturnType<typeof openLogHost>>

/** `nexus registry root …` as an operator types it. */
async function root(test: TestHost, ...args: readonly string[]) {
  const env = {
    NEXUS_REGISTRY_URL: test.registry.url(),
    NEXUS_REGISTRY_ADMIN_TOKEN: ADMIN_TOKEN,
    NEXUS_DATA: test.dataDir,
  }
  const { code, stdout, stderr } = await runNexus(['--json', 'registry', 'root', ...args], { env })
  return { exitCode: code, answer: JSON.parse(code === 0 ? stdout : stderr) }
}

const keyFile = (test: TestHost, at: number) => join(test.registry.dataDir, 'root-keys', `root-key-${at}.pem`)

describe('rotating the root [R2]', () => {
  it('says what the root is, and that keys lie where they should not', async () => {
    await using test = await openLogHost()
    const { answer } = await root(test, 'status')
    expect(answer).toMatchObject({ version: 1, threshold: 2, keys: [{ here: true }, { here: true }, { here: true }] })
    expect(await readFile(join(test.registry.dataDir, 'root-keys', 'READ-ME-FIRST.txt'), 'utf8')).toMatch('Do this now')
  })

  it('replaces a lost key with the two others, and hosts follow without being asked', async () => {
    await using test = await openLogHost()
    await test.publish('1.0.0')
    await test.host().tuf(await test.claim('1.0.0'), 'install')
    const draft = join(test.dataDir, 'draft.json')
    const { answer: before } = await root(test, 'status')
    const lost = before.keys[2].keyId
    const newKey = join(test.dataDir, 'new-root-key.pem')
    expect((await root(test, 'rotate', '--out', draft, '--replace', lost, '--new-key', newKey)).exitCode).toBe(0)
    expect((await root(test, 'sign', draft, '--key', keyFile(test, 1))).exitCode).toBe(0)
    // One of the old keys is not enough, with the new one neither.
    await root(test, 'sign', draft, '--key', newKey)
    expect((await root(test, 'install', draft)).exitCode).toBe(1)
    await root(test, 'sign', draft, '--key', keyFile(test, 2))
    expect((await root(test, 'install', draft)).answer).toMatchObject({ version: 2 })
    await test.publish('1.0.1')
    await test.restart()
    expect(await test.host().tuf(await test.claim('1.0.1'), 'install')).toMatchObject({ by: 'root 2' })
    // What was installed under the root of before starts still.
    expect(await test.host().tuf(await test.claim('1.0.0'), 'start')).toMatchObject({ by: 'root 1' })
  })

  it('replaces the registry’s own key, and what the stolen one signs counts no more', async () => {
    await using test = await openLogHost()
    await test.publish('1.0.0')
    await test.host().tuf(await test.claim('1.0.0'), 'install')
    const draft = join(test.dataDir, 'draft.json')
    const onlineKey = join(test.dataDir, 'online.pem')
    await root(test, 'rotate', '--out', draft, '--new-online-key', onlineKey)
    await root(test, 'sign', draft, '--key', keyFile(test, 2))
    await root(test, 'sign', draft, '--key', keyFile(test, 3))
    const refused = await root(test, 'install', draft)
    expect(refused.exitCode).toBe(1)
    expect(JSON.stringify(refused.answer)).toContain('tuf-online-key.next.pem')
    await rename(onlineKey, join(test.registry.dataDir, 'tuf-online-key.next.pem'))
    expect((await root(test, 'install', draft)).exitCode).toBe(0)
    await test.publish('1.0.1')
    await test.restart()
    expect(await test.host().tuf(await test.claim('1.0.1'), 'install')).toMatchObject({ by: 'root 2' })
    await test.registry.restart()
    await test.publish('1.0.2')
    await test.middle[Symbol.asyncDispose]()
  })

  it('starts over when two keys are lost: hosts believe the new root once their operators pinned it', async () => {
    await using test = await openLogHost()
    await test.publish('1.0.0')
    const claim = await test.claim('1.0.0')
    const link = await test.host().tuf(claim, 'install')
    await writeFile(join(test.registry.dataDir, 'root-keys', 'START-OVER'), '')
    await test.registry.restart()
    test.middle.moveTo(test.registry.url())
    await test.restart()
    await expect(test.host().tuf(claim, 'install')).rejects.toMatchObject({
      code: expect.stringMatching(/^TUF_(?:ROLLBACK|SIGNATURE)$/),
    })
    // What is installed starts.
    expect(await test.host().tuf(claim, 'start')).toEqual(link)
    const file = join(test.dataDir, 'root.json')
    await writeFile(file, await (await fetch(`${test.registry.url()}/api/v1/tuf/metadata/root.json`)).text())
    expect((await root(test, 'pin', file)).exitCode).toBe(2)
    expect((await root(test, 'pin', file, '--yes')).answer).toMatchObject({ version: 1 })
    await test.restart()
    expect(await test.host().tuf(claim, 'install')).toMatchObject({ state: 'verified' })
  })
})
