import { readFile, rename, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { digestBundle } from '@nexus/registry/bundle'
import { type SigningKey, generateKeyPair } from '@nexus/registry/signing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectModern, textOf } from '../../runtime/gateway/sdk-clients.ts'
import { EVIL_CODE, WIDER, signBundle } from './forge.ts'
import { type Stranger, openStranger } from './stranger.ts'

let stranger: Stranger

beforeAll(async () => {
  stranger = await openStranger()
})

afterAll(() => stranger[Symbol.asyncDispose]())

/** Puts a bundle where the command line can find it. */
async function bundleFile(name: string, bundle: Uint8Array): Promise<string> {
  const path = join(stranger.folder, name)
  await writeFile(path, bundle)
  return path
}

const publishFile = (path: string, ...options: readonly string[]) =>
  stranger.nexus('plugin', 'publish', path, '--publisher', 'acme', ...options)

/** The plugin under a name of the `nexus` publisher. */
function packAsNexus(): Promise<Uint8Array> {
  const packageJson = { name: '@nexus/echo', version: '1.1.0', type: 'module', license: 'Apache-2.0' }
  return stranger.pack('1.1.0', { id: 'nexus/echo' }, { 'package.json': JSON.stringify(packageJson) })
}

describe('a stranger who publishes [R1] [R2] [H8]', () => {
  it('gets credentials that only their owner can read, once', async () => {
    const { nexus } = stranger
    const created = await nexus('publisher', 'create', 'acme', '--name', 'Acme', '--json')
    expect(created).toMatchObject({ code: 0, stderr: '' })
    const { file, key } = JSON.parse(created.stdout)
    expect(file).toBe(join(stranger.dataDir, 'keys', 'publisher-acme.json'))
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect(key).toBe(`sha256:${(await stranger.key()).keyId}`)
    expect(created.stdout).not.toContain((await stranger.credentials()).token)
    expect((await nexus('publisher', 'create', 'acme')).stderr).toContain('(PUBLISHER_FILE_EXISTS)')
    await rename(file, `${file}.away`)
    expect((await nexus('publisher', 'create', 'acme')).stderr).toContain('(PUBLISHER_EXISTS, request ')
    await rename(`${file}.away`, file)
    expect((await nexus('publisher', 'create', '../acme')).stderr).toContain('(PUBLISHER_ID)')
  })

  it('packs, signs and publishes; the admin sees a new signer, and installing pins it', async () => {
    const { tgz, nexus } = stranger
    const host = stranger.host()
    const { keyId } = await stranger.key()
    const { publicKey } = await stranger.credentials()
    expect(await publishFile(await bundleFile('echo.tgz', tgz))).toEqual({
      code: 0,
      stdout: `Published acme/echo 1.0.0.\n  Bytes ${digestBundle(tgz)}\n  Key   sha256:${keyId}\n`,
      stderr: expect.stringContaining('`nexus key encrypt acme` gives it one.'),
    })
    const page = await host.api('GET', '/api/v1/marketplace/acme/echo')
    expect(page.body.chain.map(({ layer, state }: Record<string, string>) => `${layer} ${state}`)).toEqual([
      'bytes verified',
      'publisher verified',
      'registry verified',
      'log verified',
      'tuf verified',
      'policy verified',
      'host unknown',
    ])
    const before = await host.api('POST', '/api/v1/installations/plan', { pluginId: 'acme/echo' })
    expect(before.body).toMatchObject({ newSigner: true, version: '1.0.0', bundleDigest: digestBundle(tgz) })
    expect(await readFile(join(stranger.dataDir, 'trust.json'), 'utf8')).not.toContain(keyId)

    await host.install('acme/echo')
    const trust = JSON.parse(await readFile(join(stranger.dataDir, 'trust.json'), 'utf8'))
    expect(trust.publishers.acme.keys).toMatchObject([{ keyId, publicKey }])
    const after = await host.api('POST', '/api/v1/installations/plan', { pluginId: 'acme/echo' })
    expect(after.body.newSigner).toBe(false)
    expect((await nexus('verify', 'acme/echo')).stdout).toContain('acme/echo 1.0.0: verified')

    const client = await connectModern(host.ready.mcpUrl, await host.token())
    const { tools } = await client.listTools()
    const tool = tools.find(({ name }) => name.endsWith('echo'))?.name ?? ''
    expect(textOf(await client.callTool({ name: tool, arguments: { text: 'hello' } }))).toBe('hello')
    await client.close()
  })

  it('cannot publish a version twice, not even with other bytes', async () => {
    const again = await publishFile(join(stranger.folder, 'echo.tgz'), '--json')
    expect(again).toMatchObject({ code: 1, stdout: '' })
    expect(JSON.parse(again.stderr)).toMatchObject({ error: { code: 'RELEASE_EXISTS', requestId: expect.any(String) } })
    const other = await stranger.pack('1.0.0', {}, { 'README.md': '# Another\n' })
    await expect(stranger.publish(other)).rejects.toMatchObject({ details: { status: 409, code: 'RELEASE_EXISTS' } })
  })

  it('hears every issue of a manifest', async () => {
    const wrong = await stranger.pack('1.1.0', { displayName: 7, surprise: true })
    const refused = await publishFile(await bundleFile('wrong.tgz', wrong))
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain('(BUNDLE_MANIFEST)')
    expect(refused.stderr).toMatch(/^ {2}displayName: /m)
    expect(refused.stderr).toMatch(/surprise/)
  })

  it('hears whose namespace it is, that nobody answers, and what is missing, each with its exit code', async () => {
    const foreign = await bundleFile('foreign.tgz', await packAsNexus())
    const echo = join(stranger.folder, 'echo.tgz')
    const said = (text: string) => expect.stringContaining(`(${text})`)
    expect(await publishFile(foreign)).toMatchObject({ code: 4, stderr: said('PUBLISHER_NAMESPACE') })
    expect(await publishFile(echo, '--registry', 'http://127.0.0.1:1')).toMatchObject({
      code: 3,
      stderr: said('REGISTRY_UNREACHABLE'),
    })
    expect(await publishFile(echo, '--registry', 'elsewhere')).toMatchObject({ code: 2, stderr: said('CLI_USAGE') })
    expect(await publishFile(`${echo}.none`)).toMatchObject({ code: 1, stderr: said('CLI_NOT_FOUND') })
    const nobody = await stranger.nexus('plugin', 'publish', echo, '--publisher', 'nobody')
    expect(nobody).toMatchObject({ code: 1, stderr: said('CLI_NOT_FOUND') })
    expect((await stranger.nexus('plugin', 'publish', echo)).code).toBe(2)
  })
})

describe('what a publisher says later [R1] [R2] [R3]', () => {
  const nexus = (...args: readonly string[]) => stranger.nexus(...args, '--json')
  const release = 'acme/echo@1.0.0'

  it('warns, withdraws and takes both back; the registry tells everybody', async () => {
    const told = () => stranger.registry.release('acme/echo', '1.0.0')
    expect(await nexus('deprecate', release, 'Use another.')).toMatchObject({ code: 0, stderr: '' })
    expect(await nexus('yank', release, '--reason', 'Wrong file.')).toMatchObject({ code: 0, stderr: '' })
    expect(await told()).toMatchObject({ deprecated: 'Use another.', yanked: true, yankReason: 'Wrong file.' })
    expect(await nexus('deprecate', release, '--undo')).toMatchObject({ code: 0 })
    expect(await nexus('yank', release, '--undo')).toMatchObject({ code: 0 })
    expect(await told()).toMatchObject({ yanked: false })
    expect((await told()).deprecated).toBeUndefined()
    expect(await nexus('yank', 'acme/echo')).toMatchObject({ code: 2 })
    expect(await nexus('yank', 'acme/echo@9.9.9')).toMatchObject({ code: 1 })
  })

  it('verifies the file that was released, and tells another one from it', async () => {
    const same = await nexus('verify', join(stranger.folder, 'echo.tgz'))
    expect(same).toMatchObject({ code: 0 })
    expect(JSON.parse(same.stdout)).toMatchObject({ pluginId: 'acme/echo', verified: true })
    const changed = await bundleFile('changed.tgz', await stranger.pack('1.0.0', {}, { 'README.md': '# Changed\n' }))
    const other = await nexus('verify', changed)
    expect(other).toMatchObject({ code: 1 })
    const said = JSON.parse(other.stdout)
    expect(said.verified).toBe(false)
    expect(said.chain[0]).toMatchObject({ layer: 'bytes', state: 'failed' })
  })

  it('shows what a file asks for and what it changes since the last release', async () => {
    const wider = await bundleFile('wider.tgz', await stranger.pack('1.2.0', WIDER))
    const { code, stdout } = await nexus('inspect', wider)
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      permissions: [{ family: 'network', what: 'evil.example (POST)', reason: 'To send things home.' }],
      comparison: { from: '1.0.0', permissions: [{ family: 'network', change: 'wider' }], tools: [] },
    })
  })

  it('says twice that a release is to be there', async () => {
    const again = await nexus('publish', join(stranger.folder, 'echo.tgz'))
    expect(again).toMatchObject({ code: 0, stderr: '' })
    expect(JSON.parse(again.stdout)).toMatchObject({ id: 'acme/echo', published: false })
  })

  it('puts another key in the place of the first, which the registry believes for some more days', async () => {
    const before = (await stranger.key()).keyId
    const { code, stdout } = await nexus('key', 'rotate', 'acme', '--days', '3')
    expect(code).toBe(0)
    const { keyId } = await stranger.key()
    expect(JSON.parse(stdout)).toMatchObject({ key: `sha256:${keyId}`, before: `sha256:${before}` })
    const listed = JSON.parse((await nexus('key', 'list', 'acme')).stdout)
    expect(listed).toContainEqual(expect.objectContaining({ keyId, here: true }))
    expect(listed).toContainEqual(
      expect.objectContaining({ keyId: before, here: false, validUntil: expect.any(String) }),
    )
    expect(await nexus('owner', 'ls', 'acme')).toMatchObject({ code: 0, stdout: '[]\n' })
  })
})

describe('a registry that is given something else than was signed [R2] [R4]', () => {
  it.each([
    [
      'a bundle changed after signing',
      'acme/echo',
      async () => ({
        bundle: await stranger.pack('1.1.0', {}, EVIL_CODE),
        signature: await signBundle(await stranger.pack('1.1.0'), await stranger.key()),
      }),
      { status: 422, code: 'STATEMENT_MISMATCH' },
    ],
    [
      "another release's signature",
      'acme/echo',
      async () => ({
        bundle: await stranger.pack('1.1.0'),
        signature: (await stranger.registry.release('acme/echo', '1.0.0')).signatures.publish,
      }),
      { status: 422, code: 'STATEMENT_MISMATCH' },
    ],
    [
      "a signature by a key that is not the publisher's",
      'acme/echo',
      async () => signed(await stranger.pack('1.1.0'), generateKeyPair()),
      { status: 422, code: 'SIGNATURE_KEY_UNKNOWN' },
    ],
    [
      'a plugin of another publisher',
      'nexus/echo',
      async () => signed(await packAsNexus()),
      { status: 403, code: 'FORBIDDEN' },
    ],
    [
      'a plugin of another publisher under an own name',
      'acme/echo',
      async () => signed(await packAsNexus()),
      { status: 422, code: 'RELEASE_ID_MISMATCH' },
    ],
    [
      'a manifest that asks for more than was signed',
      'acme/echo',
      async () => {
        const bundle = await stranger.pack('1.1.0', WIDER)
        return { bundle, signature: await signBundle(bundle, await stranger.key(), await stranger.pack('1.1.0')) }
      },
      { status: 422, code: 'STATEMENT_MISMATCH' },
    ],
  ])('refuses %s and keeps nothing of it', async (_what, id, forge, expected) => {
    const { registry, disk } = stranger
    const before = await disk.releases()
    const { token } = await stranger.credentials()
    await expect(registry.publish(token, { id, ...(await forge()) })).rejects.toMatchObject({ details: expected })
    await expect(registry.release(id, '1.1.0')).rejects.toMatchObject({ code: 'INSTALL_RELEASE_NOT_FOUND' })
    expect(await disk.releases()).toEqual(before)
    // Who may not publish there at all is refused before the upload is looked at; it stays unread until it expires.
    expect(await disk.uploads()).toHaveLength(expected.code === 'FORBIDDEN' ? 1 : 0)
    await disk.clearUploads()
  })
})

async function signed(bundle: Uint8Array, signer?: SigningKey) {
  return { bundle, signature: await signBundle(bundle, signer ?? (await stranger.key())) }
}
