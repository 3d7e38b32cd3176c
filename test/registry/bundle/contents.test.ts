import { readBundle, packBundle } from '@nexus/registry/bundle'
import { describe, expect, it } from 'vitest'
import { pluginFiles, pngOf, rawBundle, validEntries, validManifest } from '../fixtures.ts'

const read = (change: Parameters<typeof pluginFiles>[0]) => readBundle(rawBundle(validEntries(change)))
const deep = `${'{"a":'.repeat(100)}1${'}'.repeat(100)}`
const tool = (change: object) => ({
  manifest: {
    contributes: { tools: [{ name: 'ok', description: 'Does it.', inputSchema: { type: 'object' }, ...change }] },
  },
})

const refused: readonly [string, string, Parameters<typeof pluginFiles>[0]][] = [
  ['a manifest that is an array', 'BUNDLE_MANIFEST', { files: { 'nexus.plugin.json': '[]' } }],
  ['a manifest that is no JSON', 'BUNDLE_JSON', { files: { 'nexus.plugin.json': '{' } }],
  [
    'a manifest with a byte order mark',
    'BUNDLE_JSON',
    { files: { 'nexus.plugin.json': `\uFEFF${JSON.stringify(validManifest())}` } },
  ],
  [
    'a manifest with a key twice',
    'BUNDLE_JSON',
    { files: { 'nexus.plugin.json': `{"id":"a/b",${JSON.stringify(validManifest()).slice(1)}` } },
  ],
  [
    'a manifest with an escaped key twice',
    'BUNDLE_JSON',
    { files: { 'nexus.plugin.json': `{"\\u0069d":"a/b",${JSON.stringify(validManifest()).slice(1)}` } },
  ],
  [
    'a manifest with __proto__',
    'BUNDLE_JSON',
    { files: { 'nexus.plugin.json': `{"__proto__":{},${JSON.stringify(validManifest()).slice(1)}` } },
  ],
  ['a manifest that nests too deep', 'BUNDLE_JSON', { files: { 'nexus.plugin.json': deep } }],
  [
    'a manifest over the size limit',
    'BUNDLE_FILE_TOO_LARGE',
    { files: { 'nexus.plugin.json': `{"a":"${'x'.repeat(300_000)}"}` } },
  ],
  ['a README over the size limit', 'BUNDLE_FILE_TOO_LARGE', { files: { 'README.md': 'x'.repeat(1_100_000) } }],
  ['an unknown manifest member', 'BUNDLE_MANIFEST', { manifest: { surprise: true } }],
  ['an engine range of *', 'BUNDLE_MANIFEST', { manifest: { engines: { nexus: '*' } } }],
  ['no engine range', 'BUNDLE_MANIFEST', { manifest: { engines: undefined } }],
  ['a main that is a URL', 'BUNDLE_MANIFEST', { manifest: { main: 'https://evil.test/x.js' } }],
  ['a main that climbs out', 'BUNDLE_MANIFEST', { manifest: { main: '../x.js' } }],
  ['a tool name that clients refuse', 'BUNDLE_MANIFEST', tool({ name: 'get forecast' })],
  [
    'hidden text in a tool schema',
    'BUNDLE_HIDDEN_TEXT',
    tool({ inputSchema: { type: 'object', description: 'a\u{E0041}b' } }),
  ],
  [
    'hidden text in a schema key',
    'BUNDLE_HIDDEN_TEXT',
    tool({ inputSchema: { type: 'object', properties: { 'a\u200Bb': {} } } }),
  ],
  ['invisible tags in the code', 'BUNDLE_HIDDEN_TEXT', { files: { 'dist/index.js': 'eval("\u{E0101}")' } }],
  ['direction overrides in the README', 'BUNDLE_HIDDEN_TEXT', { files: { 'README.md': 'a\u202Eb' } }],
  ['code that is not UTF-8', 'BUNDLE_HIDDEN_TEXT', { files: { 'dist/index.js': Buffer.from([0xff, 0xfe]) } }],
  [
    'an address that is an IP literal',
    'BUNDLE_MANIFEST',
    { manifest: { permissions: { network: [{ host: '10.0.0.1', methods: ['GET'], reason: 'No.' }] } } },
  ],
  ['a version with build metadata', 'BUNDLE_MANIFEST', { manifest: { version: '1.0.0+a' } }],
  ['a version of two parts', 'BUNDLE_MANIFEST', { manifest: { version: '1.0' } }],
  ['a version with a prefix', 'BUNDLE_MANIFEST', { manifest: { version: 'v1.0.0' } }],
  ['a version that is a range', 'BUNDLE_MANIFEST', { manifest: { version: '^1.0.0' } }],
  ['a version that climbs out', 'BUNDLE_MANIFEST', { manifest: { version: '1.0.0-../x' } }],
  ['an id in upper case', 'BUNDLE_MANIFEST', { manifest: { id: 'Acme/weather' } }],
  ['another name in package.json', 'BUNDLE_MANIFEST_MISMATCH', { packageJson: { name: '@acme/other' } }],
  ['another version in package.json', 'BUNDLE_MANIFEST_MISMATCH', { packageJson: { version: '1.0.1' } }],
  ['a package.json without a name', 'BUNDLE_JSON', { packageJson: { name: undefined } }],
  ...['preinstall', 'install', 'postinstall', 'prepublish', 'prepare', 'prepack'].map(
    (script): [string, string, Parameters<typeof pluginFiles>[0]] => [
      `a ${script} script`,
      'BUNDLE_INSTALL_SCRIPT',
      { packageJson: { scripts: { [script]: 'curl evil.test' } } },
    ],
  ),
  ['binding.gyp', 'BUNDLE_INSTALL_SCRIPT', { files: { 'binding.gyp': '{}' } }],
  ['a native module', 'BUNDLE_NATIVE_CODE', { files: { 'dist/addon.node': 'x' } }],
  ['node_modules', 'BUNDLE_DEPENDENCIES', { files: { 'node_modules/a/index.js': 'x' } }],
  ['run-time dependencies', 'BUNDLE_DEPENDENCIES', { packageJson: { dependencies: { evil: '1.0.0' } } }],
  ['a main that is not there', 'BUNDLE_FILE_MISSING', { manifest: { main: 'dist/other.js' } }],
  ['an icon that is not there', 'BUNDLE_FILE_MISSING', { manifest: { icon: 'icon.png' } }],
  [
    'an icon that is a script',
    'BUNDLE_ICON',
    { manifest: { icon: 'icon.png' }, files: { 'icon.png': '<svg onload=alert(1)>' } },
  ],
  [
    'an icon of many pixels',
    'BUNDLE_ICON',
    { manifest: { icon: 'icon.png' }, files: { 'icon.png': pngOf(65_535, 65_535) } },
  ],
  ['an icon of no pixels', 'BUNDLE_ICON', { manifest: { icon: 'icon.png' }, files: { 'icon.png': pngOf(0, 8) } }],
  [
    'an icon of many bytes',
    'BUNDLE_ICON',
    {
      manifest: { icon: 'icon.png' },
      files: { 'icon.png': Buffer.concat([pngOf(64, 64), Buffer.alloc(600 * 1024)]) },
    },
  ],
  ['a Linux program by another name', 'BUNDLE_NATIVE_CODE', { files: { 'dist/data': '\x7fELF\x02\x01' } }],
  [
    'a Windows program by another name',
    'BUNDLE_NATIVE_CODE',
    { files: { 'dist/data.bin': Buffer.from(`MZ${'\0'.repeat(58)}@\0\0\0PE\0\0`, 'latin1') } },
  ],
  ['a shared library with a number', 'BUNDLE_NATIVE_CODE', { files: { 'lib/libx.so.1.2': 'x' } }],
  ['everything bundled by npm', 'BUNDLE_DEPENDENCIES', { packageJson: { bundleDependencies: true } }],
  ['zero-width spaces in the README', 'BUNDLE_HIDDEN_TEXT', { files: { 'README.md': 'a\u200Bb' } }],
  ['joiners between plain letters', 'BUNDLE_HIDDEN_TEXT', { files: { 'CHANGELOG.md': 'a\u200Db' } }],
  ['a bill of materials of no known form', 'BUNDLE_SBOM', { files: { 'sbom.cdx.json': '{"bomFormat":"SPDX"}' } }],
]

describe('bundle contents [R4][H5]', () => {
  it.each(refused)('refuses %s with %s', async (_, code, change) => {
    await expect(read(change)).rejects.toMatchObject({ code })
  })

  it('refuses a bundle without a manifest', async () => {
    const files = pluginFiles()
    files.delete('nexus.plugin.json')
    await expect(packBundle(files).then(readBundle)).rejects.toMatchObject({ code: 'BUNDLE_FILE_MISSING' })
  })

  it('accepts harmless scripts, icons and panels', async () => {
    const { manifest } = await read({
      manifest: { icon: 'icon.png' },
      packageJson: { scripts: { test: 'vitest' }, devDependencies: { vitest: '5.0.0' }, dependencies: {} },
      files: { 'icon.png': pngOf(64, 64) },
    })
    expect(manifest.icon).toBe('icon.png')
  })

  it.each([
    ['joined emoji', { 'README.md': '# \u{1F468}\u200D\u{1F469}\u200D\u{1F467} \u2764\uFE0F' }],
    ['Persian', { 'README.md': '\u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645' }],
    ['Hebrew with marks of direction', { 'README.md': '\u05E9\u05DC\u05D5\u05DD\u200F, world' }],
    ['a byte order mark in the README', { 'README.md': '\uFEFF# Weather' }],
    ['a licence in another encoding', { 'LICENSE.txt': Buffer.from('\xa9 M\xfcller', 'latin1') }],
    ['a text that begins like a Windows program', { 'dist/MZ.txt': 'MZ is a country code of Mozambique, '.repeat(4) }],
    ['a WebP icon beside', { 'assets/a.webp': Buffer.from('RIFF\0\0\0\0WEBPVP8X', 'latin1') }],
  ])('accepts %s', async (_, files) => {
    expect((await read({ files })).manifest.id).toBe('acme/weather')
  })

  it('names the first thing wrong with a manifest and lists the others', async () => {
    const error: unknown = await read({ manifest: { license: 7, version: 'x' } }).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ details: { issues: [{ path: 'version' }, { path: 'license' }] } })
  })

  it('gives digests of bundle, manifest, tools and files', async () => {
    const one = await read({})
    const sameTools = await read({ manifest: { description: 'Other words.' } })
    const otherTools = await read(tool({ description: 'Does something else.' }))
    expect(one.digests.bundle).toMatch(/^sha512:[0-9a-f]{128}$/)
    expect(one.digests.files['dist/index.js']).toMatch(/^sha256:[0-9a-f]{64}$/)
    expect(sameTools.digests.tools).toBe(one.digests.tools)
    expect(sameTools.digests.manifest).not.toBe(one.digests.manifest)
    expect(otherTools.digests.tools).not.toBe(one.digests.tools)
  })
})
