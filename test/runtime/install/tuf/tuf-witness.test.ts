import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TufSnapshot, TufTargets, TufTimestamp } from '../../../../registry/src/contract/tuf.ts'
import { newKey, signMetadata } from '@nexus/registry/tuf'
import { toSigner } from '../../../../registry/src/tuf/signed-metadata.ts'
import { describe, expect, it } from 'vitest'
import { changed, openLogHost } from '../log/open-log-host.ts'

const refused = (code: string) => expect.objectContaining({ code, details: expect.objectContaining({ layer: 'tuf' }) })
const DAY_MS = 24 * 60 * 60 * 1000

type TestHost = Awaited<ReturnType<typeof openLogHost>>

/** A host that has installed 1.0.0, and the metadata as they were then. */
async function openInstalledHost() {
  const test = await openLogHost()
  await test.publish('1.0.0')
  const claim = await test.claim('1.0.0')
  const link = await test.host().tuf(claim, 'install')
  return { ...test, installed: claim, link }
}

/** The registry's own key: what somebody who broke into it has. Root keys are elsewhere. */
async function stolenKey(test: TestHost) {
  const { createPrivateKey } = await import('node:crypto')
  return toSigner(createPrivateKey(await readFile(join(test.registry.dataDir, 'tuf-online-key.pem'))))
}

async function fetchText(test: TestHost, file: string): Promise<string> {
  return (await fetch(`${test.registry.url()}/api/v1/tuf/metadata/${file}`)).text()
}

const isFile = (path: string, pattern: RegExp) => path.includes('/tuf/metadata/') && pattern.test(path)

describe('TUF as a link of the chain [R2]', () => {
  it('lists a release with its bytes, at install, and at start without a network', async () => {
    await using test = await openInstalledHost()
    expect(test.link).toMatchObject({ layer: 'tuf', state: 'verified', by: 'root 1' })
    await test.middle[Symbol.asyncDispose]()
    await test.restart()
    expect(await test.host().tuf(test.installed, 'start')).toEqual(test.link)
  })

  it('lists at once what was published a moment after another one', async () => {
    await using test = await openInstalledHost()
    await test.publish('1.0.1')
    expect(await test.host().tuf(await test.claim('1.0.1'), 'install')).toMatchObject({ state: 'verified' })
  })

  it('refuses a release that was revoked, and bytes that are not the listed ones', async () => {
    await using test = await openInstalledHost()
    await test.publish('1.0.1')
    const other = await test.claim('1.0.1')
    const bundleDigest = other.bundleDigest
    await expect(test.host().tuf({ ...test.installed, bundleDigest }, 'install')).rejects.toEqual(
      refused('TUF_TARGET_OTHER'),
    )
    const path = '/api/v1/plugins/acme/weather/versions/1.0.0/revocation'
    await test.registry.send('PUT', path, { token: test.registry.token, json: { reason: 'bad' } })
    await test.restart()
    await expect(test.host().tuf(test.installed, 'install')).rejects.toEqual(refused('TUF_TARGET_MISSING'))
    expect(await test.host().tufClient.revocations()).toMatchObject({ revoked: [{ version: '1.0.0', reason: 'bad' }] })
  })

  it('refuses a rollback to metadata of before', async () => {
    await using test = await openLogHost()
    await test.publish('1.0.0')
    const old = await fetchText(test, 'timestamp.json')
    await test.publish('1.0.1')
    await test.host().tuf(await test.claim('1.0.1'), 'install')
    await test.restart()
    test.middle.set(({ path }) => (isFile(path, /timestamp/) ? { body: old } : undefined))
    await expect(test.host().tuf(await test.claim('1.0.1'), 'install')).rejects.toEqual(refused('TUF_ROLLBACK'))
  })

  it('refuses to be frozen in the past', async () => {
    await using test = await openInstalledHost()
    const signer = await stolenKey(test)
    test.middle.set(({ path, body }) =>
      isFile(path, /timestamp/)
        ? changed<TufTimestamp>(body, (copy) => {
            copy.signed.version += 1
            copy.signed.expires = new Date(Date.now() - DAY_MS).toISOString()
            copy.signatures = signMetadata(copy, [signer]).signatures
          })
        : undefined,
    )
    await test.restart()
    await expect(test.host().tuf(test.installed, 'install')).rejects.toEqual(refused('TUF_EXPIRED'))
  })

  it('refuses lists of different times put together', async () => {
    await using test = await openLogHost()
    await test.publish('1.0.0')
    const timestamp: TufTimestamp = JSON.parse(await fetchText(test, 'timestamp.json'))
    const old = await fetchText(test, `${timestamp.signed.meta['snapshot.json'].version}.snapshot.json`)
    await test.publish('1.0.1')
    test.middle.set(({ path }) => (isFile(path, /snapshot/) ? { body: old } : undefined))
    const claim = await test.claim('1.0.1')
    await expect(test.host().tuf(claim, 'install')).rejects.toEqual(refused('TUF_MISMATCH'))
  })

  it('refuses metadata without end', async () => {
    await using test = await openInstalledHost()
    await test.restart()
    const endless = Buffer.alloc(4 * 1024 * 1024, ' ')
    test.middle.set(({ path }) => (isFile(path, /timestamp/) ? { body: endless } : undefined))
    await expect(test.host().tuf(test.installed, 'install')).rejects.toEqual(refused('TUF_ENDLESS'))
  })

  it('refuses a list of releases signed by a key that root keys did not name', async () => {
    await using test = await openLogHost()
    await test.publish('1.0.0')
    const stranger = toSigner(newKey())
    test.middle.set(({ path, body }) =>
      isFile(path, /releases-/)
        ? changed<TufTargets>(body, (copy) => {
            copy.signatures = signMetadata({ ...copy, signatures: [] }, [stranger]).signatures
          })
        : undefined,
    )
    await expect(test.host().tuf(await test.claim('1.0.0'), 'install')).rejects.toEqual(refused('TUF_SIGNATURE'))
  })

  it('refuses another delegation, even from somebody who holds the registry’s own key', async () => {
    await using test = await openLogHost()
    await test.publish('1.0.0')
    const signer = await stolenKey(test)
    test.middle.set(({ path, body }) =>
      isFile(path, /1\.targets/)
        ? changed<TufTargets>(body, (copy) => {
            copy.signed.targets = {}
            copy.signatures = signMetadata({ ...copy, signatures: [] }, [signer]).signatures
          })
        : undefined,
    )
    await expect(test.host().tuf(await test.claim('1.0.0'), 'install')).rejects.toEqual(refused('TUF_SIGNATURE'))
  })

  it('refuses a snapshot that was changed without its timestamp', async () => {
    await using test = await openLogHost()
    await test.publish('1.0.0')
    const signer = await stolenKey(test)
    test.middle.set(({ path, body }) =>
      isFile(path, /snapshot/)
        ? changed<TufSnapshot>(body, (copy) => {
            copy.signed.expires = new Date(Date.now() + DAY_MS).toISOString()
            copy.signatures = signMetadata({ ...copy, signatures: [] }, [signer]).signatures
          })
        : undefined,
    )
    await expect(test.host().tuf(await test.claim('1.0.0'), 'install')).rejects.toEqual(refused('TUF_MISMATCH'))
  })

  it('refuses a next root that one root key alone signed', async () => {
    await using test = await openInstalledHost()
    const root = JSON.parse(await fetchText(test, '1.root.json'))
    root.signed.version = 2
    root.signatures = root.signatures.slice(0, 1)
    test.middle.set(({ path }) => (isFile(path, /2\.root/) ? { status: 200, body: JSON.stringify(root) } : undefined))
    await test.restart()
    await expect(test.host().tuf(test.installed, 'install')).rejects.toEqual(refused('TUF_SIGNATURE'))
  })

  it('refuses the root of another registry', async () => {
    await using test = await openInstalledHost()
    await using other = await openLogHost()
    const answers = new Map<string, string>()
    for (const file of ['timestamp.json', '1.root.json']) answers.set(file, await fetchText(other, file))
    test.middle.set(({ path }) => {
      const body = answers.get(path.split('/').at(-1) ?? '')
      return body === undefined ? undefined : { body }
    })
    await test.restart()
    await expect(test.host().tuf(test.installed, 'install')).rejects.toEqual(refused('TUF_SIGNATURE'))
  })

  it('believes a root that was given before first contact, and no other', async () => {
    await using test = await openLogHost()
    await using other = await openLogHost()
    await test.publish('1.0.0')
    await test.host().tufClient.folder.pin(await fetchText(other, 'root.json'))
    await expect(test.host().tuf(await test.claim('1.0.0'), 'install')).rejects.toEqual(refused('TUF_SIGNATURE'))
    await expect(test.host().tufClient.folder.pin(await fetchText(test, 'root.json'))).rejects.toMatchObject({
      code: 'TUF_ANCHOR_CHANGED',
    })
    await test.host().tufClient.folder.pin(await fetchText(test, 'root.json'), true)
    expect(await test.host().tuf(await test.claim('1.0.0'), 'install')).toMatchObject({ state: 'verified' })
  })

  it('refuses a kept proof that was changed, and has nothing to say without one', async () => {
    await using test = await openInstalledHost()
    const path = join(test.dataDir, 'tuf', 'proofs', `${test.installed.bundleDigest.slice(7, 39)}.json`)
    const proof = JSON.parse(await readFile(path, 'utf8'))
    const role = proof.role.replace(/"length":\d+/, '"length":1')
    await writeFile(path, JSON.stringify({ ...proof, role }))
    await expect(test.host().tuf(test.installed, 'start')).rejects.toEqual(refused('TUF_SIGNATURE'))
    await rm(path)
    expect(await test.host().tuf(test.installed, 'start')).toBeUndefined()
  })
})
