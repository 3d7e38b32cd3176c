import { type ByteQueue, createByteQueue } from './byte-queue.ts'
import type { TarballFacts } from './inflate-file.ts'
import type { ArchiveLimits } from './limits.ts'
import { createAnyRoot } from './safe-path.ts'
import { type TarEntry, type TarRequest, readTarGrammar } from './tar-grammar.ts'

/** Gets each file's bytes as they pass by; answers whether it wants them. */
export interface TarVisitor {
  wants(file: TarEntry): boolean
  take(file: TarEntry, bytes: Buffer): void
}

/** Reads a tar archive that streams by and keeps only what the visitor wants. Gives the facts of the tarball. */
export async function readTarStream(
  chunks: AsyncGenerator<Buffer, TarballFacts>,
  limits: ArchiveLimits,
  visitor: TarVisitor,
): Promise<TarballFacts> {
  const queue = createByteQueue(chunks)
  try {
    const grammar = readTarGrammar({ limits, root: createAnyRoot() })
    let request = grammar.next()
    while (request.done !== true) request = grammar.next(await answer(queue, request.value, visitor))
    return await queue.end()
  } finally {
    await chunks.return({ size: 0, digest: 'sha512:', shasum: '' })
  }
}

async function answer(queue: ByteQueue, asked: TarRequest, visitor: TarVisitor): Promise<Buffer> {
  if (asked.kind === 'bytes') return queue.take(asked.length)
  if (asked.kind === 'rest') return queue.takeRest(asked.limit)
  if (visitor.wants(asked.file)) visitor.take(asked.file, await queue.take(asked.file.size))
  else await queue.skip(asked.file.size)
  await queue.skip(asked.padding)
  return Buffer.alloc(0)
}
