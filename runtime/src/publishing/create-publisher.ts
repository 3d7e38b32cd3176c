import { generateKeyPair } from '@nexus/registry/signing'
import type { RegistryClient } from '../install/index.ts'
import { publishingError } from './errors.ts'
import { type PublisherFile, readPublisherFile, withKey, writePublisherFile } from './publisher-file.ts'
import { withRegistryWords } from './registry-words.ts'

/** Days a publisher's upload token lives. */
const TOKEN_DAYS = 365

/**
 * Creates a publisher with a new signing key and an upload token, as the registry's admin, and writes the credentials
 * to `path`. The private key is made here and never leaves that file; one that is there already is never replaced.
 */
export async function createPublisher(
  registry: RegistryClient,
  adminToken: string,
  publisher: { readonly id: string; readonly displayName: string },
  path: string,
  /** Seals the key at rest; absent: whoever reads the file can sign. */
  passphrase?: string,
): Promise<PublisherFile> {
  if ((await readPublisherFile(path)) !== undefined) {
    throw publishingError(
      'PUBLISHER_FILE_EXISTS',
      `Expected no credentials in ${path} yet, found some. Publish with them, or move them away first.`,
    )
  }
  const key = generateKeyPair()
  await withRegistryWords(registry.createPublisher(adminToken, { ...publisher, keys: [key.publicKey] }))
  const { token } = await withRegistryWords(
    registry.createToken(adminToken, publisher.id, {
      name: 'publish',
      scopes: ['publish', 'yank'],
      expiresInDays: TOKEN_DAYS,
    }),
  )
  const file = await withKey({ publisher: publisher.id, token }, key, passphrase)
  await writePublisherFile(path, file)
  return file
}
