import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeKeyOnce } from '../log/write-key-once.ts'
import { tufError } from './errors.ts'
import { ROOT_KEYS } from './limits.ts'
import { type TufSigner, toSigner } from './signed-metadata.ts'

export const ROOT_KEYS_FOLDER = 'root-keys'
const READ_ME = `These are the root keys of this registry. Any two of the three can change whom every host trusts.

Do this now:
1. Move root-key-2.pem to a medium that you keep offline, in one place.
2. Move root-key-3.pem to another, in another place.
3. Keep a copy of none of the three on this machine once the registry serves anybody but you.

The registry runs without them. They are needed to renew the root once a year and to replace a key:
  nexus registry root status | rotate | sign | install

One key lost: rotate it, signed by the other two. Two keys lost: nobody can change the root any more. Lay an empty file
START-OVER into this folder and restart the registry: it makes a new root, which every host has to pin again.
`

/** Makes the three root keys on first start, with words beside them that say what to do with them. */
export async function createRootKeys(dataDir: string): Promise<readonly TufSigner[]> {
  const folder = join(dataDir, ROOT_KEYS_FOLDER)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  for (let at = 1; at <= ROOT_KEYS; at += 1) await writeKeyOnce(join(folder, `root-key-${at}.pem`), newKey)
  await writeFile(join(folder, 'READ-ME-FIRST.txt'), READ_ME, { mode: 0o600 })
  return readRootKeys(dataDir)
}

/** The root keys that lie on this machine. After the operator did what the words say: one, or none. */
export async function readRootKeys(dataDir: string): Promise<readonly TufSigner[]> {
  const folder = join(dataDir, ROOT_KEYS_FOLDER)
  const names = await readdir(folder).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  })
  const paths = names.filter((name) => name.endsWith('.pem')).toSorted()
  return Promise.all(paths.map((name) => readSigner(join(folder, name))))
}

/** The key that signs what changes with every publish. It stays with the registry. */
export async function loadOnlineKey(dataDir: string): Promise<TufSigner> {
  const path = join(dataDir, 'tuf-online-key.pem')
  await writeKeyOnce(path, newKey)
  return readSigner(path)
}

/** Reads a signer from a private key file. */
export async function readSigner(path: string): Promise<TufSigner> {
  const pem = await readFile(path, 'utf8')
  try {
    return toSigner(createPrivateKey(pem))
  } catch (cause) {
    throw tufError('TUF_KEY_INVALID', `Expected an Ed25519 private key as PEM in ${path}, found something else.`, {
      cause,
    })
  }
}

export function newKey() {
  return generateKeyPairSync('ed25519').privateKey
}
