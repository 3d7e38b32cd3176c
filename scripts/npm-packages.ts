// Lists what node-tar finds in widely used packages: node scripts/npm-packages.ts
//
// The tarballs are those that npm keeps in its own cache of what this repository's lockfile pins; nothing is downloaded.
// Names, versions and digests of the file lists go to test/registry/bundle/npm-packages.json, where a test compares
// them with what the strict reader finds.
import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Parser } from 'tar'
import { z } from 'zod'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const cache = process.env['npm_config_cache'] ?? join(homedir(), '.npm')
const fixture = join(root, 'test', 'registry', 'bundle', 'npm-packages.json')

const lockSchema = z.object({
  packages: z.record(z.string(), z.object({ version: z.string().optional(), integrity: z.string().optional() })),
})
const namesSchema = z.array(z.object({ name: z.string() }))

async function listFiles(tarball: string): Promise<readonly string[]> {
  const files: string[] = []
  const parser = new Parser({
    strict: true,
    onReadEntry(entry) {
      // npm unpacks below the first folder, whatever its name.
      if (entry.type === 'File' || entry.type === 'OldFile')
        files.push(`${entry.size} ${entry.path.slice(entry.path.indexOf('/') + 1)}`)
      entry.resume()
    },
  })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  parser
    .once('end', () => resolve())
    .once('error', reject)
    .end(await readFile(tarball))
  await promise
  return files.toSorted()
}

const lock = lockSchema.parse(JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8')))
const names = namesSchema.parse(JSON.parse(await readFile(fixture, 'utf8')))
const listed = []
for (const { name } of names) {
  const { version, integrity } = lock.packages[`node_modules/${name}`] ?? {}
  if (version === undefined || integrity === undefined) throw new Error(`Expected ${name} in the lockfile, found none.`)
  const hex = Buffer.from(integrity.replace(/^sha512-/, ''), 'base64').toString('hex')
  const tarball = join(cache, '_cacache/content-v2/sha512', hex.slice(0, 2), hex.slice(2, 4), hex.slice(4))
  const files = await listFiles(tarball)
  const digest = createHash('sha256').update(files.join('\n')).digest('hex')
  listed.push({ name, version, integrity, files: files.length, digest: `sha256:${digest}` })
}
await writeFile(fixture, `${JSON.stringify(listed, undefined, 2)}\n`)
process.stdout.write(`${listed.length} packages listed in ${fixture}\n`)
