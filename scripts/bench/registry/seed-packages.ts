import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

const WORDS =
  'weather http client tools json parser react file search data stream cache auth github slack calendar image video text model agent plugin connector server bridge'.split(
    ' ',
  )

/** Puts so many packages into the database of a registry that is not running, as if they had been published. */
export function seedPackages(dataDir: string, count: number): void {
  const database = new DatabaseSync(join(dataDir, 'registry.db'))
  const now = new Date().toISOString()
  const word = (seed: number) => WORDS[(seed * 7919) % WORDS.length] ?? ''
  const statements = [
    'INSERT INTO "registry_package" ("name", "publisherId", "access", "revision", "requireSecondFactor", "createdAt", "modifiedAt") VALUES (?, NULL, \'public\', 1, FALSE, ?, ?)',
    'INSERT INTO "registry_package_version" ("packageName", "version", "bundleDigest", "shasum", "size", "fileCount", "unpackedSize", "manifest", "readme", "distSignatures", "publishedAt", "publishedBy") VALUES (?, \'1.0.0\', ?, \'0\', 1, 1, 1, ?, \'\', \'[]\', ?, \'bench\')',
    'INSERT INTO "registry_dist_tag" ("packageName", "tag", "version", "movedAt") VALUES (?, \'latest\', \'1.0.0\', ?)',
  ].map((sql) => database.prepare(sql))
  const [addPackage, addVersion, addTag] = statements
  database.exec('BEGIN')
  for (let index = 0; index < count; index += 1) {
    const name = `${word(index)}-${word(index + 3)}-${index}`
    const description = `A ${word(index + 5)} ${word(index + 11)} for ${word(index + 17)}`
    const manifest = { name, version: '1.0.0', description, keywords: [word(index + 2), word(index + 9)] }
    addPackage?.run(name, now, now)
    addVersion?.run(name, `sha512:${index.toString(16).padStart(128, '0')}`, JSON.stringify(manifest), now)
    addTag?.run(name, now)
  }
  database.exec('COMMIT')
  database.close()
}
