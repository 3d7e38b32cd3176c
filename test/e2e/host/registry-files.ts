import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { DatabaseSync, type SQLInputValue } from 'node:sqlite'

/** What the embedded registry keeps on disk, for whoever can write there: the host must not believe it. */
export function registryFiles(dataDir: string) {
  const folder = join(dataDir, 'registry')
  return {
    /** Names of the bundles of releases. */
    releases: () => tarballs(join(folder, 'blobs')),
    /** Names of the uploads that wait to be published. */
    uploads: () => tarballs(join(folder, 'uploads')),
    async clearUploads(): Promise<void> {
      for (const name of await tarballs(join(folder, 'uploads'))) await rm(join(folder, 'uploads', name))
    },
    /** Puts bytes where the bundle of this digest lies. */
    async putBlob(digest: string, bytes: Uint8Array): Promise<void> {
      const hex = digest.slice('sha512:'.length)
      const path = join(folder, 'blobs', hex.slice(0, 2), `${hex}.tgz`)
      await mkdir(dirname(path), { recursive: true })
      await rm(path, { force: true })
      await writeFile(path, bytes)
    },
    /** Changes one column of one release. */
    changeRelease(id: string, version: string, column: string, value: SQLInputValue): void {
      change(`UPDATE registry_release SET "${column}" = ? WHERE "pluginId" = ? AND "version" = ?`, value, id, version)
    },
    /** Puts another key in the place of a publisher's. */
    changeKey(from: { readonly keyId: string }, to: { readonly keyId: string; readonly publicKey: string }): void {
      change(
        `UPDATE registry_key SET "publicKey" = ?, "keyId" = ? WHERE "keyId" = ?`,
        to.publicKey,
        to.keyId,
        from.keyId,
      )
    },
  }

  function change(sql: string, ...values: readonly SQLInputValue[]): void {
    using database = new DatabaseSync(join(folder, 'registry.sqlite'))
    database.exec('PRAGMA busy_timeout = 5000')
    const { changes } = database.prepare(sql).run(...values)
    if (changes !== 1) throw new Error(`Expected to change one row, changed ${changes}: ${sql}`)
  }
}

async function tarballs(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name)
}
