import { createPrivateKey, generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto'
import { mkdir, open, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { createErrorFactory, errorCode } from '@nexus/plugin-api'
import { z } from 'zod'

export const vouchingErrors = {
  HOST_KEY_INVALID: { fault: 'host', status: 500, title: 'Key of the host not understood' },
  MARKETPLACE_FILE_INVALID: { fault: 'host', status: 500, title: 'Choices about the marketplace not understood' },
  REVIEW_NOT_INSTALLED: { fault: 'caller', status: 403, title: 'Plugin is not installed here' },
  REVIEW_NO_PERSON: { fault: 'caller', status: 403, title: 'Only people write reviews' },
  REGISTRY_TOKEN_MISSING: { fault: 'caller', status: 409, title: 'No token of the registry' },
} as const

export const vouchingError = createErrorFactory(vouchingErrors)

/** What this host vouches with. */
export interface HostKey {
  /** PEM. */
  readonly publicKey: string
  readonly privateKey: KeyObject
  /** Keeps pseudonyms from being guessed; it never leaves this host. */
  readonly salt: Buffer
}

const file = z.object({ publicKey: z.string(), privateKey: z.string(), salt: z.string().regex(/^[0-9a-f]{64}$/) })

/** Reads the host's own Ed25519 key and salt, or makes them once. With them lost, people begin anew at the registry. */
export async function loadHostKey(path: string): Promise<HostKey> {
  const text = (await readIfThere(path)) ?? (await create(path))
  try {
    const { publicKey, privateKey, salt } = file.parse(JSON.parse(text))
    return { publicKey, privateKey: createPrivateKey(privateKey), salt: Buffer.from(salt, 'hex') }
  } catch (cause) {
    throw vouchingError(
      'HOST_KEY_INVALID',
      `Expected the key of this host in ${path}, found something else. Restore the file, or remove it to begin anew.`,
      { cause },
    )
  }
}

async function create(path: string): Promise<string> {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519', {
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  const text = JSON.stringify({ publicKey, privateKey, salt: randomBytes(32).toString('hex') })
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await using handle = await open(path, 'wx', 0o600)
  await handle.writeFile(text)
  await handle.sync()
  return text
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}
