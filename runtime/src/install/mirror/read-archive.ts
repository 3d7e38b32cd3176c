import { type FileHandle, open } from 'node:fs/promises'
import { BLOCK, MAX_BUNDLE_BYTES, readHeader } from '@nexus/registry/bundle'
import { mirrorError } from './errors.ts'
import { MAX_MIRROR_BYTES, MAX_MIRROR_FILES, MAX_MIRROR_JSON_BYTES } from './limits.ts'
import { isMirrorFile } from './mirror-files.ts'

/** One file of an archive. */
export interface ArchiveFile {
  readonly path: string
  readonly bytes: Buffer
}

/**
 * Reads a mirror's archive file by file: plain files with the names a mirror may hold, each once, and nothing behind
 * the end. It refuses, it never repairs, and holds one file in memory at a time.
 */
export async function* readArchive(path: string): AsyncGenerator<ArchiveFile> {
  const file = await open(path, 'r')
  try {
    const { size } = await file.stat()
    if (size > MAX_MIRROR_BYTES) {
      throw mirrorError('MIRROR_TOO_LARGE', `Expected a mirror of at most ${MAX_MIRROR_BYTES} bytes, found ${size}.`)
    }
    const seen = new Set<string>()
    let offset = 0
    for (;;) {
      const block = await readExactly(file, offset, BLOCK)
      if (isZero(block)) break
      const header = readEntry(block)
      if (seen.has(header.path)) throw refused(`each file once`, `${header.path} twice`)
      seen.add(header.path)
      if (seen.size > MAX_MIRROR_FILES) throw refused(`at most ${MAX_MIRROR_FILES} files`, 'more')
      const padded = Math.ceil(header.size / BLOCK) * BLOCK
      const data = await readExactly(file, offset + BLOCK, padded)
      if (!isZero(data.subarray(header.size))) throw refused('zero bytes behind a file', 'others')
      yield { path: header.path, bytes: data.subarray(0, header.size) }
      offset += BLOCK + padded
    }
    const end = await readExactly(file, offset, 2 * BLOCK)
    if (!isZero(end) || size !== offset + 2 * BLOCK) throw refused('two zero blocks at the end', 'something else')
  } finally {
    await file.close()
  }
}

function readEntry(block: Buffer) {
  let header: ReturnType<typeof readHeader>
  try {
    header = readHeader(block)
  } catch (cause) {
    throw refused('a tar header that holds', cause instanceof Error ? cause.message : 'something else', cause)
  }
  const { path, type, mode, size } = header
  if (type !== '0' || mode !== 0o644) throw refused('plain files', `${JSON.stringify(path)} of another kind`)
  if (!isMirrorFile(path)) throw refused('names that a mirror may hold', JSON.stringify(path))
  const limit = path.endsWith('.tgz') ? MAX_BUNDLE_BYTES : MAX_MIRROR_JSON_BYTES
  if (size > limit) throw refused(`${path} of at most ${limit} bytes`, String(size))
  return header
}

async function readExactly(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length)
  const { bytesRead } = length === 0 ? { bytesRead: 0 } : await file.read(bytes, 0, length, offset)
  if (bytesRead !== length) throw refused('a whole archive', 'one that was cut')
  return bytes
}

function isZero(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0)
}

function refused(expected: string, found: string, cause?: unknown) {
  return mirrorError('MIRROR_ARCHIVE', `Expected ${expected} in the mirror's archive, found ${found}.`, {
    details: { expected, found },
    cause,
  })
}
