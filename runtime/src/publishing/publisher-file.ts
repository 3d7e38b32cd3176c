import { open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode } from '@nexus/plugin-api'
import { publisherId } from '@nexus/registry/contract'
import { type SigningKey, keyIdOf } from '@nexus/registry/signing'
import { z } from 'zod'
import { publishingError } from './errors.ts'
import { openSealedKey, sealPrivateKey, sealedKeySchema } from './sealed-key.ts'

const credentials = {
  publisher: z.string(),
  /** Token with which the publisher uploads. */
  token: z.string(),
  publicKey: z.string(),
}

const schema = z.union([
  /** Under a passphrase. */
  z.strictObject({ ...credentials, sealedKey: sealedKeySchema }),
  z.strictObject({ ...credentials, privateKey: z.string() }),
])

/** A publisher's credentials: signing key and registry token. Readable by their owner only. */
export type PublisherFile = z.infer<typeof schema>

/** Where a publisher's credentials lie in the folder of keys. Fails with `PUBLISHER_ID` for what is no id. */
export function publisherFilePath(keysDir: string, id: string): string {
  if (publisherId.safeParse(id).success) return join(keysDir, `publisher-${id}.json`)
  throw publishingError(
    'PUBLISHER_ID',
    `Expected a publisher id of 1 to 39 lower-case letters, digits and inner hyphens, found ${JSON.stringify(id)}.`,
  )
}

/** Writes the credentials, mode 0600, all or nothing. */
export async function writePublisherFile(path: string, content: PublisherFile): Promise<void> {
  const staged = `${path}.new`
  {
    await using file = await open(staged, 'w', 0o600)
    await file.writeFile(`${JSON.stringify(content, undefined, 2)}\n`)
    await file.sync()
  }
  await rename(staged, path)
}

/** Reads the credentials; `undefined` when there are none. */
export async function readPublisherFile(path: string): Promise<PublisherFile | undefined> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
  try {
    return schema.parse(JSON.parse(text))
  } catch (cause) {
    // Not shown: the file holds a private key.
    throw publishingError(
      'PUBLISHER_FILE',
      `Expected a publisher's credentials in ${path}, found something else. Create the publisher again.`,
      { cause },
    )
  }
}

/** Whether a passphrase is needed before anything can be signed. */
export function isSealed(file: PublisherFile): boolean {
  return 'sealedKey' in file
}

/** The key that signs this publisher's releases. `passphrase` is asked only when the key is sealed. */
export async function openSigningKey(file: PublisherFile, passphrase: () => Promise<string>): Promise<SigningKey> {
  const { publicKey } = file
  const privateKey =
    'privateKey' in file ? file.privateKey : await openSealedKey(file.sealedKey, publicKey, await passphrase())
  return { keyId: keyIdOf(publicKey), publicKey, privateKey }
}

/** The key of a file without a passphrase. Fails with `PUBLISHER_PASSPHRASE` for one that has one. */
export function signingKeyOf(file: PublisherFile): SigningKey {
  const { publicKey } = file
  if ('privateKey' in file) return { keyId: keyIdOf(publicKey), publicKey, privateKey: file.privateKey }
  throw publishingError('PUBLISHER_PASSPHRASE', 'Expected a signing key without a passphrase, found one that has one.')
}

/** The credentials with this key in them, under the passphrase when there is one. */
export async function withKey(
  { publisher, token }: Pick<PublisherFile, 'publisher' | 'token'>,
  { publicKey, privateKey }: Pick<SigningKey, 'publicKey' | 'privateKey'>,
  passphrase: string | undefined,
): Promise<PublisherFile> {
  if (passphrase === undefined) return { publisher, token, publicKey, privateKey }
  return { publisher, token, publicKey, sealedKey: await sealPrivateKey(privateKey, publicKey, passphrase) }
}
