import { type KeyObject, createCipheriv, createDecipheriv, createSecretKey, randomBytes } from 'node:crypto'
import { open, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { errorCode } from '@nexus/plugin-api'
import { registryError } from '../errors.ts'
import { syncFolder } from '../store/durable-file.ts'

const KEY_BYTES = 32
const IV_BYTES = 12
const TAG_BYTES = 16

/** The key that seals second factors: read from its file, made on first start. It is never in the database. */
export async function loadSealKey(path: string): Promise<KeyObject> {
  const text = await readIfThere(path)
  if (text === undefined) return createKey(path)
  const bytes = Buffer.from(text.trim(), 'base64')
  if (bytes.length === KEY_BYTES) return createSecretKey(bytes)
  throw registryError(
    'REGISTRY_DATA_INVALID',
    `Expected a key of ${KEY_BYTES} bytes as base64 in ${path}, found something else. Restore the file: without it no second factor can be checked.`,
  )
}

/** Seals a text for one context; it opens with the same context only. AES-256-GCM. */
export function seal(key: KeyObject, text: string, context: string): string {
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES })
  cipher.setAAD(Buffer.from(context))
  const sealed = Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()])
  return sealed.toString('base64')
}

/** Opens what `seal` made. Fails for another key, another context, or a changed text. */
export function unseal(key: KeyObject, sealed: string, context: string): string {
  const bytes = Buffer.from(sealed, 'base64')
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
    decipher.setAAD(Buffer.from(context))
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
    const text = decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES))
    return Buffer.concat([text, decipher.final()]).toString('utf8')
  } catch (cause) {
    throw registryError(
      'REGISTRY_DATA_INVALID',
      'Expected a secret sealed with this registry’s key, found another. Restore the key file that belongs to the database.',
      { cause },
    )
  }
}

async function createKey(path: string): Promise<KeyObject> {
  const bytes = randomBytes(KEY_BYTES)
  {
    await using file = await open(path, 'wx', 0o600)
    await file.writeFile(`${bytes.toString('base64')}\n`)
    await file.sync()
  }
  await syncFolder(dirname(path))
  return createSecretKey(bytes)
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}
