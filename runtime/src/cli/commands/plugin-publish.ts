import { readFile } from 'node:fs/promises'
import { errorCode } from '@nexus/plugin-api'
import type { CommandContext } from '../command-context.ts'
import { cliError } from '../errors.ts'
import { findPublisher, openKey } from '../publisher-access.ts'
import { findRegistryUrl } from '../registry-access.ts'

interface PublishOptions {
  readonly publisher: string
  readonly registry?: string
  readonly passphraseFile?: string
}

/** Checks a packed plugin, signs it as its publisher and makes the release. */
export async function publishPlugin(context: CommandContext, bundle: string, options: PublishOptions): Promise<void> {
  const { environment, output } = context
  // Loaded only here: signing needs libraries that no other command does.
  const { createRegistryClient, publishBundle } = await import('../../publishing/index.ts')
  const access = await findPublisher(context, options.publisher)
  const bytes = await readPacked(bundle)
  await using registry = createRegistryClient(await findRegistryUrl(options.registry, environment))
  const signingKey = await openKey(context, access, options.passphraseFile)
  const { id, version, bundleDigest, publishedAt } = await publishBundle(registry, access.file, bytes, signingKey)
  const key = `sha256:${signingKey.keyId}`
  output.answer({ id, version, bundleDigest, key, publishedAt }, [
    `Published ${id} ${version}.`,
    `  Bytes ${bundleDigest}`,
    `  Key   ${key}`,
  ])
}

/** The bytes of a packed plugin. */
export async function readPacked(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path)
  } catch (cause) {
    throw cliError(
      'CLI_NOT_FOUND',
      `Expected a packed plugin in ${path}, found none that can be read (${errorCode(cause) ?? 'unknown reason'}). Pack one with \`nexus pack\`.`,
      { cause },
    )
  }
}
