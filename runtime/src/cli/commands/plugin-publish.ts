import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { errorCode } from '@nexus/plugin-api'
import type { CommandContext } from '../command-context.ts'
import { cliError } from '../errors.ts'
import { findRegistryUrl, keysFolder } from '../registry-access.ts'

interface PublishOptions {
  readonly publisher: string
  readonly registry?: string
}

/** Checks a packed plugin, signs it as its publisher and makes the release. */
export async function publishPlugin(context: CommandContext, bundle: string, options: PublishOptions): Promise<void> {
  const { environment, output } = context
  // Loaded only here: signing needs libraries that no other command does.
  const { createRegistryClient, publishBundle, signingKeyOf } = await import('../../publishing/index.ts')
  const publisher = await readPublisher(environment, options.publisher)
  const bytes = await readPacked(bundle)
  await using registry = createRegistryClient(await findRegistryUrl(options.registry, environment))
  const { id, version, bundleDigest, publishedAt } = await publishBundle(registry, publisher, bytes)
  const key = `sha256:${signingKeyOf(publisher).keyId}`
  output.answer({ id, version, bundleDigest, key, publishedAt }, [
    `Published ${id} ${version}.`,
    `  Bytes ${bundleDigest}`,
    `  Key   ${key}`,
  ])
}

/** An id means the credentials that `publisher create` left; anything that looks like a path is one. */
async function readPublisher(environment: NodeJS.ProcessEnv, given: string) {
  const { publisherFilePath, readPublisherFile } = await import('../../publishing/index.ts')
  const isPath = /[\\/]|\.json$/.test(given)
  const path = isPath ? resolve(given) : publisherFilePath(keysFolder(environment), given)
  const found = await readPublisherFile(path)
  if (found !== undefined) return found
  throw cliError(
    'CLI_NOT_FOUND',
    `Expected the credentials of a publisher in ${path}, found none. \`nexus publisher create\` makes them.`,
  )
}

async function readPacked(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path)
  } catch (cause) {
    throw cliError(
      'CLI_NOT_FOUND',
      `Expected a packed plugin in ${path}, found none that can be read (${errorCode(cause) ?? 'unknown reason'}). Pack one with \`npm run pack -- <folder>\`.`,
      { cause },
    )
  }
}
