import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { readPlainPackage } from '@nexus/registry/bundle'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'

const packages = z
  .array(
    z.object({
      name: z.string(),
      version: z.string(),
      integrity: z.string(),
      files: z.number(),
      digest: z.string(),
    }),
  )
  .parse(JSON.parse(await readFile(join(import.meta.dirname, 'npm-packages.json'), 'utf8')))

/** npm keeps what it installs by digest; a machine with another cache has none of it. */
function cached(integrity: string): string {
  const hex = Buffer.from(integrity.replace(/^sha512-/, ''), 'base64').toString('hex')
  const cache = process.env['npm_config_cache'] ?? join(homedir(), '.npm')
  return join(cache, '_cacache/content-v2/sha512', hex.slice(0, 2), hex.slice(2, 4), hex.slice(4))
}

describe('packages of the npm registry [R4]', () => {
  for (const { name, version, integrity, files, digest } of packages) {
    const tarball = cached(integrity)
    it.skipIf(!existsSync(tarball))(`reads ${name} ${version} with the files that node-tar finds`, async () => {
      const contents = await readPlainPackage(tarball)
      const listed = contents.files.map(({ size, path }) => `${size} ${path}`).toSorted()
      expect(contents.packageJson).toMatchObject({ name, version })
      expect(`sha512-${Buffer.from(contents.digest.slice('sha512:'.length), 'hex').toString('base64')}`).toBe(integrity)
      expect({
        files: listed.length,
        digest: `sha256:${createHash('sha256').update(listed.join('\n')).digest('hex')}`,
      }).toEqual({ files, digest })
    })
  }
})
