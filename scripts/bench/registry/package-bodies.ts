import { createHash, randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'

const BLOCK = 512

/** The bundle of a package with so many bytes that do not compress. */
export function makeBundle(name: string, version: string, bytes: number): Buffer {
  const packageJson = Buffer.from(JSON.stringify({ name, version, description: 'Measured', license: 'MIT' }))
  const archive = Buffer.concat([
    entry('package/package.json', packageJson),
    entry('package/payload.bin', randomBytes(bytes)),
    Buffer.alloc(2 * BLOCK),
  ])
  return gzipSync(archive, { level: 1 })
}

/** A publish request as npm sends it. */
export function makePublish(name: string, version: string, bundle: Buffer): Buffer {
  const file = `${name.slice(name.indexOf('/') + 1)}-${version}.tgz`
  const dist = {
    integrity: `sha512-${createHash('sha512').update(bundle).digest('base64')}`,
    shasum: createHash('sha1').update(bundle).digest('hex'),
    tarball: `http://localhost/${name}/-/${file}`,
  }
  return Buffer.from(
    JSON.stringify({
      _id: name,
      name,
      'dist-tags': { latest: version },
      versions: { [version]: { _id: `${name}@${version}`, name, version, description: 'Measured', dist } },
      access: 'public',
      _attachments: {
        [file]: { content_type: 'application/octet-stream', data: bundle.toString('base64'), length: bundle.length },
      },
    }),
  )
}

function entry(path: string, content: Buffer): Buffer {
  const header = Buffer.alloc(BLOCK)
  header.write(path, 0)
  header.write('0000644\0', 100)
  header.write('0000000\0', 108)
  header.write('0000000\0', 116)
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124)
  header.write('00000000000\0', 136)
  header.write('        ', 148)
  header.write('0', 156)
  header.write('ustar\u000000', 257)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return Buffer.concat([header, content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)])
}
