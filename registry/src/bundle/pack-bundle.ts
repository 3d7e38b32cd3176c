import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { create } from 'tar'
import { ROOT, readSafePath, requireComposed } from './safe-path.ts'

/** The time npm stamps on every file, so that the same files give the same bytes. */
const FIXED_TIME = new Date('1985-10-26T08:15:00.000Z')
const FILE_MODE = 0o644

/**
 * Packs files as a bundle: the same files give the same bytes on every machine. Packing checks paths only; whoever
 * wants to know that the registry will take the bundle reads it with `readBundle`.
 */
export async function packBundle(files: ReadonlyMap<string, Uint8Array | string>): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'nexus-pack-'))
  try {
    const paths = [...files.keys()].toSorted()
    for (const path of paths) {
      readSafePath(`${ROOT}${path}`)
      requireComposed(path)
      await mkdir(dirname(join(folder, ROOT, path)), { recursive: true })
      await writeFile(join(folder, ROOT, path), files.get(path) ?? '')
    }
    const chunks: Buffer[] = []
    const stream = create(
      {
        cwd: folder,
        portable: true,
        gzip: { level: 9 },
        mtime: FIXED_TIME,
        noDirRecurse: true,
        onWriteEntry: (entry) => {
          if (entry.stat !== undefined) entry.stat.mode = FILE_MODE
        },
      },
      paths.map((path) => `${ROOT}${path}`),
    )
    for await (const chunk of stream) chunks.push(Buffer.from(chunk))
    return Buffer.concat(chunks)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
