import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateKeyPair } from '@nexus/registry/signing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  isSealed,
  openSigningKey,
  readPublisherFile,
  withKey,
  writePublisherFile,
} from '../../../runtime/src/publishing/index.ts'
import { runNexus } from '../cli/run-nexus.ts'

const key = generateKeyPair()
const owner = { publisher: 'acme', token: 'a token' }
let folder: string
let path: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nexus-keys-'))
  await mkdir(join(folder, 'keys'))
  path = join(folder, 'keys', 'publisher-acme.json')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const nexus = (env: Record<string, string>, ...args: readonly string[]) =>
  runNexus(['key', ...args, '--json'], { env: { NEXUS_DATA: folder, ...env } })

describe('the signing key of a publisher at rest [R2] [R3]', () => {
  it('lies under its passphrase, and opens with it alone', async () => {
    const sealed = await withKey(owner, key, 'correct horse')
    expect(JSON.stringify(sealed)).not.toContain('PRIVATE KEY')
    await expect(openSigningKey(sealed, async () => 'correct horse')).resolves.toEqual(key)
    await expect(openSigningKey(sealed, async () => 'wrong horse')).rejects.toMatchObject({
      code: 'PUBLISHER_PASSPHRASE',
    })
    const swapped = { ...sealed, publicKey: generateKeyPair().publicKey }
    await expect(openSigningKey(swapped, async () => 'correct horse')).rejects.toMatchObject({
      code: 'PUBLISHER_PASSPHRASE',
    })
  })

  it('goes on working in a file from before, and is put under a passphrase there', async () => {
    await writePublisherFile(path, { ...owner, publicKey: key.publicKey, privateKey: key.privateKey })
    const before = await readPublisherFile(path)
    expect(before).toBeDefined()
    const none = await nexus({}, 'encrypt', 'acme')
    expect(none).toMatchObject({ code: 2 })
    expect(JSON.parse(none.stderr).error.code).toBe('CLI_USAGE')
    expect(await nexus({ NEXUS_KEY_PASSPHRASE: 'first' }, 'encrypt', 'acme')).toMatchObject({ code: 0, stderr: '' })
    const file = await readPublisherFile(path)
    if (file === undefined) throw new Error('Expected the file to stay.')
    expect(isSealed(file)).toBe(true)
    expect(await readFile(path, 'utf8')).not.toContain('PRIVATE KEY')
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    await expect(openSigningKey(file, async () => 'first')).resolves.toEqual(key)
  })

  it('changes its passphrase for whoever knows the old one', async () => {
    const next = join(folder, 'next')
    await writeFile(next, 'second\n')
    const refused = await nexus({ NEXUS_KEY_PASSPHRASE: 'guess' }, 'encrypt', 'acme', '--new-passphrase-file', next)
    expect(refused.code).toBe(4)
    expect(JSON.parse(refused.stderr).error.code).toBe('PUBLISHER_PASSPHRASE')
    const done = await nexus({ NEXUS_KEY_PASSPHRASE: 'first' }, 'encrypt', 'acme', '--new-passphrase-file', next)
    expect(done.code).toBe(0)
    const file = await readPublisherFile(path)
    if (file === undefined) throw new Error('Expected the file to stay.')
    await expect(openSigningKey(file, async () => 'second')).resolves.toEqual(key)
  })

  it('shows its public half and nothing else', async () => {
    const { code, stdout } = await nexus({}, 'export', 'acme')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      publisher: 'acme',
      key: `sha256:${key.keyId}`,
      publicKey: key.publicKey,
    })
    expect(stdout).not.toContain('PRIVATE')
  })
})
