import { createHash } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { frameKinds } from '../channel/frame.ts'
import { writeWhole } from './bundle-code.ts'
import { type CellProcess, type CellProcessOptions, startCellProcess } from './cell-process.ts'
import { CELL_START_MS } from './limits.ts'

/** Compiled plugin code on disk. */
export interface CodeCache extends AsyncDisposable {
  /** Cached data of this code, or `undefined`; then it is being made for the next time. */
  get(codeDigest: string, code: string, filename: string): Promise<Uint8Array | undefined>
}

/**
 * Cached data is trusted machine code, so no cell that ran a plugin may make it: a fresh cell, started for this alone,
 * compiles and never runs.
 */
export async function openCodeCache(cacheDir: string, cell: Omit<CellProcessOptions, 'onFrame'>): Promise<CodeCache> {
  const folder = join(cacheDir, 'code')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const making = new Map<string, Promise<void>>()
  let closed = false

  const pathOf = (codeDigest: string, filename: string): string => {
    const key = createHash('sha256')
      .update(`${process.versions.v8}\0${process.arch}\0${filename}\0${codeDigest}`)
      .digest('hex')
    return join(folder, `${key}.bin`)
  }
  const make = async (path: string, code: string, filename: string): Promise<void> => {
    const bytes = await compile(code, filename, cell)
    if (bytes.length > 0 && !closed) await writeWhole(path, bytes)
  }
  return {
    async get(codeDigest, code, filename) {
      const path = pathOf(codeDigest, filename)
      try {
        return await readFile(path)
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
      }
      if (!making.has(path) && !closed) {
        // One after another: this is for the next start and must not slow down the present one.
        const before = [...making.values()].at(-1) ?? Promise.resolve()
        const work = before
          .then(() => (closed ? undefined : make(path, code, filename)))
          .catch((error: unknown) => cell.logger.warn({ error, filename }, 'Plugin code could not be compiled ahead.'))
          .finally(() => making.delete(path))
        making.set(path, work)
      }
      return undefined
    },
    async [Symbol.asyncDispose]() {
      closed = true
      await Promise.all(making.values())
    },
  }
}

async function compile(
  code: string,
  filename: string,
  options: Omit<CellProcessOptions, 'onFrame'>,
): Promise<Uint8Array> {
  const compiled = Promise.withResolvers<Uint8Array>()
  const cell: CellProcess = await startCellProcess({
    ...options,
    onFrame: (frame) => {
      if (frame.kind === frameKinds.compiled) compiled.resolve(Buffer.from(frame.body))
    },
  })
  const late = setTimeout(() => cell.kill('silent'), CELL_START_MS)
  void cell.ended.then((why) => compiled.reject(new Error(`The compiling cell ended (${why}).`)))
  try {
    cell.channel.send(frameKinds.compile, 0, 1, filename, code)
    return await compiled.promise
  } finally {
    clearTimeout(late)
    cell.kill('closed')
    await cell.ended
  }
}
