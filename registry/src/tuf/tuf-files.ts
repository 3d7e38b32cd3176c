import type { RunStatement } from '../database/index.ts'

/** Names of files that are targets, beside the names of metadata roles. */
export const targetName = (path: string) => `target:${path}`

const CURRENT =
  'SELECT "version", "content", "expires", "keyId" FROM "registry_tuf_file" WHERE "name" = $1 AND "replacedAt" IS NULL ' +
  'ORDER BY "version" DESC LIMIT 1'
const AT_VERSION =
  'SELECT "version", "content", "expires", "keyId" FROM "registry_tuf_file" WHERE "name" = $1 AND "version" = $2'
const ADD =
  'INSERT INTO "registry_tuf_file" ("name", "version", "content", "expires", "keyId", "replacedAt") VALUES ($1, $2, $3, $4, $5, NULL)'
const REPLACE =
  'UPDATE "registry_tuf_file" SET "replacedAt" = $1 WHERE "name" = $2 AND "version" < $3 AND "replacedAt" IS NULL'
const SWEEP = 'DELETE FROM "registry_tuf_file" WHERE "replacedAt" < $1 AND "name" <> \'root\''

/** One version of one file. */
export interface TufFile {
  readonly version: number
  readonly content: string
  /** When it ends, and the registry's key that signed it; `null` for what root keys sign and for plain files. */
  readonly expires: string | null
  readonly keyId: string | null
}

/** The version of a file that counts now. */
export async function readCurrent(run: RunStatement, name: string): Promise<TufFile | undefined> {
  return toFile((await run(CURRENT, [name]))[0])
}

export async function readVersion(run: RunStatement, name: string, version: number): Promise<TufFile | undefined> {
  return toFile((await run(AT_VERSION, [name, version]))[0])
}

/** Puts a new version of a file in place of the one before, which stays for a while. */
export async function replaceFile(run: RunStatement, name: string, file: TufFile, now: Date): Promise<void> {
  await run(ADD, [name, file.version, file.content, file.expires, file.keyId])
  await run(REPLACE, [now.toISOString(), name, file.version])
}

/** Removes what was replaced before `before`. Every root stays: clients walk from one to the next. */
export async function sweepReplaced(run: RunStatement, before: Date): Promise<void> {
  await run(SWEEP, [before.toISOString()])
}

function toFile(row: Readonly<Record<string, unknown>> | undefined): TufFile | undefined {
  if (row === undefined) return undefined
  const optional = (value: unknown) => (typeof value === 'string' ? value : null)
  return {
    version: Number(row['version']),
    content: String(row['content']),
    expires: optional(row['expires']),
    keyId: optional(row['keyId']),
  }
}
