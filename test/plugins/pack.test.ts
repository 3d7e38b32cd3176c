import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readBundle } from '@nexus/registry/bundle'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildPlugins } from '../../scripts/pack/build-plugins.ts'
import { packPlugin } from '../../runtime/src/developer/pack/index.ts'

const root = join(import.meta.dirname, '../..')
const plugins = ['openapi', 'redact', 'remote', 'stdio', 'web']
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(root, '.cache', 'pack-test-')).catch(() => mkdtemp(join(tmpdir(), 'pack-test-')))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** A plugin folder with this code. */
async function pluginWith(name: string, code: string, changes: object = {}): Promise<string> {
  const at = join(folder, name, 'hello')
  await mkdir(join(at, 'src'), { recursive: true })
  const manifest = {
    manifestVersion: 1,
    kind: 'connector',
    id: 'acme/hello',
    version: '1.0.0',
    displayName: 'Hello',
    description: 'Greets.',
    license: 'MIT',
    engines: { nexus: '>=0.1.0 <1.0.0' },
    contributes: {},
    $schema: './x.json',
    ...changes,
  }
  await writeFile(join(at, 'nexus.plugin.json'), JSON.stringify(manifest))
  await writeFile(join(at, 'package.json'), '{}')
  await writeFile(join(at, 'README.md'), '# Hello')
  await writeFile(join(at, 'src', 'index.ts'), code)
  return at
}

/** Builds the plugins of a folder; tells which were packed now. */
async function build(name: string) {
  return (await buildPlugins(join(folder, name))).map((plugin) => [plugin.name, plugin.fresh])
}

describe('packing a plugin [R1] [R3]', () => {
  test.each(plugins)('gives the same bytes twice for %s, which the strict reader takes', async (name) => {
    const [one, two] = [await packPlugin(join(root, 'plugins', name)), await packPlugin(join(root, 'plugins', name))]
    expect(Buffer.compare(one.tgz, two.tgz)).toBe(0)
    const { files, manifest } = await readBundle(one.tgz)
    expect(manifest).toEqual(one.manifest)
    expect([...files.keys()].toSorted()).toEqual([
      'LICENSE',
      'README.md',
      'dist/index.js',
      'dist/index.js.map',
      'nexus.plugin.json',
      'package.json',
      'sbom.cdx.json',
    ])
  })

  test.each(plugins)('leaves the schema library, imports and machine paths out of %s', async (name) => {
    const { files } = await readBundle((await packPlugin(join(root, 'plugins', name))).tgz)
    const code = new TextDecoder().decode(files.get('dist/index.js'))
    expect(code.length).toBeLessThan(64 * 1024)
    expect(code).not.toMatch(/^\s*import\b|\bimport\s*\(|zod/m)
    expect(code).not.toContain(root)
  })

  test.each([
    [
      'Node',
      "import { readFileSync } from 'node:fs'\nexport default { activate() { readFileSync('/etc/passwd') } }",
      /node:fs/,
    ],
    [
      'Node at run time',
      "export default { async activate() { await import('node:child_process') } }",
      /node:child_process/,
    ],
    [
      'a package that is not there',
      "import x from 'no-such-package'\nexport default { activate() { x() } }",
      /no-such-package/,
    ],
  ])('refuses code that imports %s', async (name, code, message) => {
    await expect(packPlugin(await pluginWith(name.replaceAll(' ', '-'), code))).rejects.toMatchObject({
      code: 'PACK_IMPORT',
      message: expect.stringMatching(message),
    })
  })

  test('refuses code without a default export', async () => {
    await expect(packPlugin(await pluginWith('no-default', 'export const a = 1'))).rejects.toMatchObject({
      code: 'PACK_IMPORT',
      message: expect.stringContaining('default'),
    })
  })

  test('refuses a manifest that does not hold and names every place', async () => {
    const at = await pluginWith('bad', 'export default {}', { id: 'Hello', version: '1' })
    await expect(packPlugin(at)).rejects.toMatchObject({
      code: 'PACK_MANIFEST',
      message: expect.stringMatching(/id: [\s\S]*version: /),
    })
  })

  test('packs a stranger’s plugin under its npm name, without what only its source tree understands', async () => {
    const { files } = await readBundle(
      (await packPlugin(await pluginWith('good', 'export default { activate() {} }'))).tgz,
    )
    const json = (path: string): unknown => JSON.parse(new TextDecoder().decode(files.get(path)))
    expect(json('package.json')).toMatchObject({ name: '@acme/hello', version: '1.0.0', license: 'MIT' })
    expect(json('nexus.plugin.json')).not.toHaveProperty('$schema')
  })

  test('packs again only what has changed', async () => {
    const at = await pluginWith('again', 'export default { activate() {} }')
    expect([await build('again'), await build('again')]).toEqual([[['hello', true]], [['hello', false]]])
    const before = await readFile(join(at, 'dist', 'hello-1.0.0.tgz'))
    await writeFile(join(at, 'src', 'index.ts'), 'export default { activate() { return { dispose() {} } } }')
    expect(await build('again')).toEqual([['hello', true]])
    expect(Buffer.compare(before, await readFile(join(at, 'dist', 'hello-1.0.0.tgz')))).not.toBe(0)
  })
})
