import { open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode } from '@nexus/plugin-api'
import { publisherId } from '@nexus/registry/contract'
import { type SigningKey, keyIdOf } from '@nexus/registry/signing'
import { z } from 'zod'
import { publishingError } from './errors.ts'

const schema = z.strictObject({
  publisher: z.string(),
  /** Token with which the publisher uploads. */
  token: z.string(),
  publicKey: z.string(),
  privateKey: z.string(),
})

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

/** The key that signs this publisher's releases. */
export function signingKeyOf({ publicKey, privateKey }: PublisherFile): SigningKey {
  return { keyId: keyIdOf(publicKey), publicKey, privateKey }
}
