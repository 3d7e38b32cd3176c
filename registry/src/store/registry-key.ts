import { open, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { keyId, publicKeyPem } from '../contract/keys.ts'
import { registryError } from '../errors.ts'
import { type SigningKey, generateKeyPair, keyIdOf } from '../signing/keys.ts'
import { syncFolder } from './durable-file.ts'

/** The registry's own signing key and since when it signs. */
export interface RegistryKey extends SigningKey {
  readonly validFrom: string
}

const stored = z.strictObject({
  keyId,
  publicKey: publicKeyPem,
  privateKey: z.string().startsWith('-----BEGIN PRIVATE KEY-----'),
  validFrom: z.iso.datetime(),
})

/** The key that countersigns releases: read from the data folder, made on first start. Only the owner may read it. */
export async function loadRegistryKey(dataDir: string): Promise<RegistryKey> {
  const path = join(dataDir, 'registry-key.json')
  const existing = await readIfThere(path)
  if (existing === undefined) return createKey(path)
  const parsed = stored.safeParse(parseJson(existing))
  if (!parsed.success || keyIdOf(parsed.data.publicKey) !== parsed.data.keyId) {
    throw registryError(
      'REGISTRY_DATA_INVALID',
      `Expected the registry's key in ${path}, found something else. Restore the file; a new key is trusted by no host.`,
    )
  }
  return parsed.data
}

async function createKey(path: string): Promise<RegistryKey> {
  const key = { ...generateKeyPair(), validFrom: new Date().toISOString() }
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(`${JSON.stringify(key, undefined, 2)}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  await syncFolder(dirname(path))
  return key
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The schema refuses it with words that say what to do.
    return undefined
  }
}
