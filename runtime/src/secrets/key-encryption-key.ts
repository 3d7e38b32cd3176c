import { randomBytes, randomUUID } from 'node:crypto'
import { link, mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode } from '@nexus/plugin-api'
import { secretsError } from './errors.ts'
import { KEY_BYTES } from './limits.ts'

export interface KeySource {
  /** The key in base64, from the environment or a secret store; absent means the key file. */
  readonly base64?: string | undefined
  /** Folder with the host's data. The key file is `keys/kek` in it, outside the database and its backups. */
  readonly dataDir: string
}

/** The key that everything else hangs on. Made at the first start when none is given. */
export async function loadKeyEncryptionKey({ base64, dataDir }: KeySource): Promise<Buffer> {
  if (base64 !== undefined) return decodeKey(base64, 'the environment')
  const folder = join(dataDir, 'keys')
  const path = join(folder, 'kek')
  try {
    return (await readKey(path)) ?? (await createKey(folder, path))
  } catch (cause) {
    const code = errorCode(cause)
    if (code?.startsWith('SECRETS_') === true) throw cause
    throw secretsError(
      'SECRETS_KEY_INVALID',
      `Expected to read or create the key file ${path}, found ${code ?? 'an unknown failure'}. Check that the data folder may be written.`,
      { cause },
    )
  }
}

async function readKey(path: string): Promise<Buffer | undefined> {
  try {
    await using file = await open(path, 'r')
    const { mode } = await file.stat()
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw secretsError(
        'SECRETS_KEY_EXPOSED',
        `Expected the key file ${path} to be readable by its owner only, found mode ${(mode & 0o777).toString(8)}. Run \`chmod 600\` on it.`,
      )
    }
    return decodeKey(await file.readFile('utf8'), path)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

/** A link appears whole or not at all: neither a crash nor a second process leaves half a key, or two. */
async function createKey(folder: string, path: string): Promise<Buffer> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const draft = join(folder, `kek.${randomUUID()}`)
  try {
    await using file = await open(draft, 'wx', 0o600)
    await file.writeFile(`${randomBytes(KEY_BYTES).toString('base64')}\n`)
    await file.sync()
    await link(draft, path)
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error
  } finally {
    await rm(draft, { force: true })
  }
  const key = await readKey(path)
  if (key !== undefined) return key
  throw secretsError('SECRETS_KEY_INVALID', `Expected the new key file ${path}, found none. Start again.`)
}

/** The error never repeats what was read. */
function decodeKey(text: string, where: string): Buffer {
  const trimmed = text.trim()
  if (/^[A-Za-z0-9+/]{43}=$/.test(trimmed)) return Buffer.from(trimmed, 'base64')
  throw secretsError(
    'SECRETS_KEY_INVALID',
    `Expected ${KEY_BYTES} bytes in base64 (44 characters) as key-encryption key in ${where}, found something else. Make one with \`openssl rand -base64 32\`.`,
  )
}
