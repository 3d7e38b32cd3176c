import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { errorCode } from '@nexus/plugin-api'
import { z } from 'zod'
import { publishingError } from './errors.ts'

const account = z.strictObject({ name: z.string(), token: z.string() })
/** By the registry's URL: a token made for one registry is never sent to another. */
const schema = z.record(z.string(), account)

/** Who is signed in to a registry on this machine. */
export type RegistryAccount = z.infer<typeof account>

/** Who is signed in to this registry; `undefined` for nobody. */
export async function readAccount(keysDir: string, registryUrl: string): Promise<RegistryAccount | undefined> {
  return (await readAll(keysDir))[keyOf(registryUrl)]
}

/** Remembers a sign-in, mode 0600, all or nothing. */
export async function rememberAccount(
  keysDir: string,
  registryUrl: string,
  signedIn: RegistryAccount,
): Promise<string> {
  return writeAll(keysDir, { ...(await readAll(keysDir)), [keyOf(registryUrl)]: signedIn })
}

export async function forgetAccount(keysDir: string, registryUrl: string): Promise<void> {
  const { [keyOf(registryUrl)]: _, ...others } = await readAll(keysDir)
  await writeAll(keysDir, others)
}

function keyOf(registryUrl: string): string {
  const { origin, pathname } = new URL(registryUrl)
  return `${origin}${pathname.replace(/\/$/, '')}`
}

function pathIn(keysDir: string): string {
  return join(keysDir, 'registry-accounts.json')
}

async function readAll(keysDir: string): Promise<Readonly<Record<string, RegistryAccount>>> {
  let text: string
  try {
    text = await readFile(pathIn(keysDir), 'utf8')
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return {}
    throw error
  }
  try {
    return schema.parse(JSON.parse(text))
  } catch (cause) {
    // Not shown: the file holds tokens.
    throw publishingError(
      'PUBLISHER_FILE',
      `Expected sign-ins to registries in ${pathIn(keysDir)}, found something else. Remove the file and sign in again.`,
      { cause },
    )
  }
}

async function writeAll(keysDir: string, accounts: Readonly<Record<string, RegistryAccount>>): Promise<string> {
  const path = pathIn(keysDir)
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const staged = `${path}.new`
  {
    await using file = await open(staged, 'w', 0o600)
    await file.writeFile(`${JSON.stringify(accounts, undefined, 2)}\n`)
    await file.sync()
  }
  await rename(staged, path)
  return path
}
