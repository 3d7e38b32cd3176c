import { open } from 'node:fs/promises'
import { BLOCK } from '@nexus/registry/bundle'

/** Files, one after the other, into a tar archive. */
export interface ArchiveWriter {
  add(path: string, content: Uint8Array | string): Promise<void>
  /** Ends the archive and waits until it is on disk. */
  finish(): Promise<void>
  close(): Promise<void>
}

/** Writes a new archive of plain files. The same files give the same bytes. */
export async function openArchiveWriter(path: string): Promise<ArchiveWriter> {
  const file = await open(path, 'wx', 0o644)
  return {
    async add(name, content) {
      const bytes = Buffer.from(content)
      await file.write(header(name, bytes.length))
      await file.write(bytes)
      await file.write(Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK))
    },
    async finish() {
      await file.write(Buffer.alloc(2 * BLOCK))
      await file.sync()
    },
    close: () => file.close(),
  }
}

/** A ustar header (POSIX.1-1988). Names of a mirror are split at their last slash. */
function header(path: string, size: number): Buffer {
  const slash = path.lastIndexOf('/')
  const block = Buffer.alloc(BLOCK)
  block.write(path.slice(slash + 1), 0, 100, 'latin1')
  block.write('0000644\0', 100, 'latin1')
  block.write('0000000\0'.repeat(2), 108, 'latin1')
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124, 'latin1')
  block.write('00000000000\0', 136, 'latin1')
  block.write('        ', 148, 'latin1')
  block.write('0', 156, 'latin1')
  block.write('ustar\u000000', 257, 'latin1')
  if (slash > 0) block.write(path.slice(0, slash), 345, 155, 'latin1')
  const sum = block.reduce((total, byte) => total + byte, 0)
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return block
}
