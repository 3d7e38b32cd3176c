import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { readPlainPackage } from '@nexus/registry/bundle'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { paxEntry, rawBundle, rawEntry } from '../fixtures.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nexus-package-'))
})
afterAll(() => rm(folder, { recursive: true }))

const packageJson = rawEntry({ path: 'package/package.json', data: '{"name":"left-pad","version":"1.3.0"}' })

async function read(bytes: Uint8Array) {
  const file = join(folder, `${crypto.randomUUID()}.tgz`)
  await writeFile(file, bytes)
  return readPlainPackage(file)
}

describe('plain npm packages [R1][R4]', () => {
  it('gives what a packument needs to know', async () => {
    const contents = await read(
      rawBundle(
        packageJson,
        rawEntry({ path: 'package/README.md', data: '# Left' }),
        rawEntry({ path: 'package/i.js', data: 'x' }),
      ),
    )
    expect(contents).toMatchObject({
      packageJson: { name: 'left-pad', version: '1.3.0' },
      readme: '# Left',
      isPlugin: false,
      unpackedSize: 44,
      files: [{ path: 'package.json' }, { path: 'README.md' }, { path: 'i.js', size: 1 }],
    })
    expect(contents.digest).toMatch(/^sha512:[0-9a-f]{128}$/)
    expect(contents.shasum).toMatch(/^[0-9a-f]{40}$/)
  })

  it('accepts scripts, dependencies and native code: a plain package is never run by a host', async () => {
    const json =
      '{"name":"x","version":"1.0.0","scripts":{"install":"node-gyp rebuild"},"dependencies":{"left-pad":"1.0.0"}}'
    const contents = await read(
      rawBundle(rawEntry({ path: 'package/package.json', data: json }), rawEntry({ path: 'package/binding.gyp' })),
    )
    expect(contents.files).toHaveLength(2)
  })

  it('accepts a root folder of another name, when everything is in it', async () => {
    const other = rawEntry({ path: 'node/package.json', data: '{"name":"@types/node","version":"1.0.0"}' })
    expect((await read(rawBundle(other))).packageJson.name).toBe('@types/node')
    await expect(read(rawBundle(other, packageJson))).rejects.toMatchObject({ code: 'BUNDLE_LAYOUT' })
  })

  it('says which packages want to be plugins', async () => {
    const bytes = rawBundle(packageJson, rawEntry({ path: 'package/nexus.plugin.json', data: '{}' }))
    expect((await read(bytes)).isPlugin).toBe(true)
  })

  it.each([
    ['no package.json', 'BUNDLE_FILE_MISSING', rawBundle(rawEntry({ path: 'package/i.js' }))],
    [
      'a package.json without a version',
      'BUNDLE_JSON',
      rawBundle(rawEntry({ path: 'package/package.json', data: '{"name":"x"}' })),
    ],
    ['a link', 'BUNDLE_ENTRY_TYPE', rawBundle(packageJson, rawEntry({ path: 'package/l', type: '2', link: '/' }))],
    ['a path out', 'BUNDLE_PATH', rawBundle(packageJson, rawEntry({ path: 'package/../x' }))],
    ['a path twice', 'BUNDLE_DUPLICATE', rawBundle(packageJson, packageJson)],
    ['a cut archive', 'BUNDLE_TRUNCATED', gzipSync(packageJson)],
    ['a second gzip member', 'BUNDLE_GZIP', Buffer.concat([rawBundle(packageJson), rawBundle(packageJson)])],
    ['a byte after the end', 'BUNDLE_GZIP', Buffer.concat([rawBundle(packageJson), Buffer.alloc(1)])],
    ['a cut stream', 'BUNDLE_GZIP', rawBundle(packageJson).subarray(0, 60)],
    ['no gzip', 'BUNDLE_GZIP', packageJson],
    ['nothing', 'BUNDLE_GZIP', Buffer.alloc(0)],
    ['two sizes', 'BUNDLE_HEADER', rawBundle(paxEntry({ size: '9' }), packageJson)],
    ['much padding', 'BUNDLE_TRAILING_DATA', gzipSync(Buffer.concat([packageJson, Buffer.alloc(1 << 20)]))],
  ])('refuses %s with %s', async (_, code, bytes) => {
    await expect(read(bytes)).rejects.toMatchObject({ code })
  })

  it('stops at a bomb without growing', async () => {
    const zeros = gzipSync(Buffer.alloc(300 << 20), { level: 1 })
    const file = rawEntry({ path: 'package/a', size: '77777777777\0' })
    const before = process.memoryUsage().rss
    await expect(read(zeros)).rejects.toMatchObject({ code: 'BUNDLE_TRAILING_DATA' })
    await expect(read(rawBundle(packageJson, file))).rejects.toMatchObject({ code: 'BUNDLE_FILE_TOO_LARGE' })
    expect(process.memoryUsage().rss - before).toBeLessThan(150 << 20)
  })
})
