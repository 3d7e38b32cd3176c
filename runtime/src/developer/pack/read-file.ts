import { readFile } from 'node:fs/promises'
import { errorCode } from '@nexus/plugin-api'
import { packError } from './errors.ts'

/** The bytes of a file, or `undefined` when there is none. */
export async function readOptional(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

/** The bytes of a file that a plugin must have. Fails with `PACK_FILE`. */
export async function readRequired(path: string, why: string): Promise<Uint8Array> {
  const bytes = await readOptional(path)
  if (bytes === undefined) throw packError('PACK_FILE', `Expected the file ${path}, found none. ${why}`)
  return bytes
}
