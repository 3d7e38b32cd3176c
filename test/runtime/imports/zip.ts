import { crc32, deflateRawSync } from 'node:zlib'

export interface ZipEntry {
  readonly name: string
  readonly data?: string | Buffer
  /** Unix mode with file type, for example 0o120777 for a link. */
  readonly mode?: number
  /** What the central directory says of the size. */
  readonly size?: number
  readonly encrypted?: boolean
  readonly method?: number
}

/** A ZIP archive written byte by byte, as hostile as the test wants. */
export function zip(entries: readonly ZipEntry[], comment = ''): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const entry of entries) {
    const data = Buffer.from(entry.data ?? '')
    const packed = deflateRawSync(data)
    const name = Buffer.from(entry.name)
    const head = Buffer.alloc(30)
    head.writeUInt32LE(0x04034b50, 0)
    fill(head, 4, entry, data, packed, name)
    const central = Buffer.alloc(46)
    central.writeUInt32LE(0x02014b50, 0)
    central.writeUInt16LE((3 << 8) | 20, 4)
    fill(central, 6, entry, data, packed, name)
    central.writeUInt32LE(((entry.mode ?? 0o100644) << 16) >>> 0, 38)
    central.writeUInt32LE(offset, 42)
    parts.push(head, name, packed)
    directory.push(central, name)
    offset += head.length + name.length + packed.length
  }
  const central = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(central.length, 12)
  end.writeUInt32LE(offset, 16)
  end.writeUInt16LE(comment.length, 20)
  return Buffer.concat([...parts, central, end, Buffer.from(comment)])
}

function fill(at: Buffer, start: number, entry: ZipEntry, data: Buffer, packed: Buffer, name: Buffer): void {
  at.writeUInt16LE(20, start)
  at.writeUInt16LE((entry.encrypted === true ? 1 : 0) | 0x800, start + 2)
  at.writeUInt16LE(entry.method ?? 8, start + 4)
  at.writeUInt32LE(crc32(data), start + 10)
  at.writeUInt32LE(packed.length, start + 14)
  at.writeUInt32LE(entry.size ?? data.length, start + 18)
  at.writeUInt16LE(name.length, start + 22)
}

/** The manifest of a bundle that is right in every respect. */
export function bundleManifest(change: object = {}): object {
  return {
    manifest_version: '0.3',
    name: 'weather',
    display_name: 'Weather',
    version: '1.0.0',
    description: 'Tells the weather.',
    author: { name: 'Acme' },
    server: {
      type: 'node',
      entry_point: 'server/index.js',
      mcp_config: {
        command: 'node',
        args: ['${__dirname}/server/index.js', '--units', '${user_config.units}', '${user_config.folder}'],
        env: { API_KEY: '${user_config.api_key}', REGION: 'eu-${user_config.region}' },
      },
    },
    user_config: {
      api_key: { type: 'string', title: 'API key', sensitive: true, required: true },
      units: { type: 'string', title: 'Units', default: 'metric' },
      region: { type: 'number', title: 'Region', default: 1, min: 1, max: 9 },
      folder: { type: 'directory', title: 'Notes' },
    },
    ...change,
  }
}

export const bundleFiles = (manifest: object = bundleManifest()): ZipEntry[] => [
  { name: 'manifest.json', data: JSON.stringify(manifest) },
  { name: 'server/', mode: 0o040755 },
  { name: 'server/index.js', data: 'console.log(1)', mode: 0o100755 },
]
