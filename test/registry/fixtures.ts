import { gzipSync } from 'node:zlib'
import { type BundleDigests, packBundle, readBundle } from '@nexus/registry/bundle'
import { type SigningKey, signRelease } from '@nexus/registry/signing'

/** A manifest that is right in every respect. */
export function validManifest(change: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    manifestVersion: 1,
    id: 'acme/weather',
    version: '1.0.0',
    kind: 'connector',
    displayName: 'Weather',
    description: 'Tells the weather.',
    license: 'MIT',
    engines: { nexus: '^0.1.0' },
    keywords: ['forecast'],
    permissions: { network: [{ host: 'api.weather.test', methods: ['GET'], reason: 'Fetch forecasts.' }] },
    contributes: {
      tools: [{ name: 'get_forecast', description: 'Gives a forecast.', inputSchema: { type: 'object' } }],
    },
    ...change,
  }
}

/** The files of a valid plugin; `manifest` and `packageJson` are merged over the valid ones, `files` over everything. */
export function pluginFiles(
  change: {
    readonly manifest?: Readonly<Record<string, unknown>>
    readonly packageJson?: Readonly<Record<string, unknown>>
    readonly files?: Readonly<Record<string, Uint8Array | string>>
  } = {},
): Map<string, Uint8Array | string> {
  const manifest = validManifest(change.manifest)
  const packageJson = { name: `@${String(manifest['id'])}`, version: manifest['version'], ...change.packageJson }
  return new Map<string, Uint8Array | string>([
    ['nexus.plugin.json', JSON.stringify(manifest)],
    ['package.json', JSON.stringify(packageJson)],
    ['dist/index.js', 'export default { activate() {} }\n'],
    ['README.md', '# Weather\n\nTells *the* weather.\n'],
    ...Object.entries(change.files ?? {}),
  ])
}

/** A packed plugin, its digests and its publisher's signature. */
export async function signedPlugin(
  key: SigningKey,
  change: Parameters<typeof pluginFiles>[0] = {},
  signedAt = new Date(),
) {
  const bundle = await packBundle(pluginFiles(change))
  const { manifest, digests } = await readBundle(bundle)
  const signature = await signRelease(signable(manifest, digests), key, signedAt)
  return { bundle, manifest, digests, signature }
}

export function signable(manifest: { readonly id: string; readonly version: string }, digests: BundleDigests) {
  return {
    id: manifest.id,
    version: manifest.version,
    bundleDigest: digests.bundle,
    manifestDigest: digests.manifest,
    toolsDigest: digests.tools,
  }
}

/** The beginning of a PNG of this size, which is all that is looked at. */
export function pngOf(width: number, height: number): Buffer {
  const size = Buffer.alloc(8)
  size.writeUInt32BE(width, 0)
  size.writeUInt32BE(height, 4)
  const rest = Buffer.from('\x08\x06\0\0\0\0\0\0\0', 'latin1')
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1'), size, rest])
}

/** One raw tar entry, as hostile as the test wants. */
export interface RawEntry {
  readonly path: string | Buffer
  readonly data?: string | Buffer
  readonly type?: string
  readonly mode?: string
  /** Size field, when it should not be the data's length. */
  readonly size?: string
  readonly link?: string
  readonly badChecksum?: boolean
  readonly magic?: string
}

const BLOCK = 512

/** One header and its data, byte by byte. */
export function rawEntry(entry: RawEntry): Buffer {
  const header = Buffer.alloc(BLOCK)
  const data = Buffer.from(entry.data ?? '')
  Buffer.from(entry.path).copy(header, 0, 0, 100)
  header.write(entry.mode ?? '0000644\0', 100, 'latin1')
  header.write('0000000\0', 108, 'latin1')
  header.write('0000000\0', 116, 'latin1')
  header.write(entry.size ?? `${data.length.toString(8).padStart(11, '0')}\0`, 124, 'latin1')
  header.write('00000000000\0', 136, 'latin1')
  header.write('        ', 148, 'latin1')
  header.write(entry.type ?? '0', 156, 'latin1')
  header.write(entry.link ?? '', 157, 'latin1')
  header.write(entry.magic ?? 'ustar\x0000', 257, 'latin1')
  const sum = header.reduce((total, byte) => total + byte, entry.badChecksum === true ? 1 : 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return Buffer.concat([header, data, Buffer.alloc((BLOCK - (data.length % BLOCK)) % BLOCK)])
}

/** A pax extended header with the given records. */
export function paxEntry(records: Readonly<Record<string, string>>, type = 'x'): Buffer {
  const lines = Object.entries(records).map(([key, value]) => {
    const rest = ` ${key}=${value}\n`
    let length = Buffer.byteLength(rest) + 1
    while (String(length).length + Buffer.byteLength(rest) !== length)
      length = String(length).length + Buffer.byteLength(rest)
    return `${length}${rest}`
  })
  return rawEntry({ path: 'PaxHeader', type, data: lines.join('') })
}

/** The entries of a valid plugin, for archives that add one hostile entry. */
export function validEntries(change: Parameters<typeof pluginFiles>[0] = {}): Buffer {
  return Buffer.concat(
    [...pluginFiles(change)].map(([path, data]) => rawEntry({ path: `package/${path}`, data: Buffer.from(data) })),
  )
}

/** A whole archive: entries, two zero blocks, gzip. */
export function rawBundle(...parts: readonly Buffer[]): Buffer {
  return gzipSync(Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]))
}
