import { mkdir, readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode } from '@nexus/plugin-api'
import type { RegistryClient } from '../install/index.ts'
import { createPublisher } from './create-publisher.ts'
import { publishingError } from './errors.ts'
import { publishBundle } from './publish-bundle.ts'
import { publisherFilePath, readPublisherFile } from './publisher-file.ts'

const PUBLISHER = { id: 'nexus', displayName: 'Nexus' }

export interface SeedOptions {
  readonly registry: RegistryClient
  readonly adminToken: string
  /** Folder of the publishers' credentials. */
  readonly keysDir: string
  /** Folder that holds one folder per plugin with its packed bundles in `dist/`. */
  readonly pluginsDir: string
  readonly say: (line: string) => void
}

/**
 * Publishes the first-party plugins that the registry does not hold yet, the way a stranger publishes: a key pair of
 * this installation's `nexus` publisher signs, the registry checks and countersigns. Gives the publisher for the host
 * to pin: it is this installation's own.
 */
export async function seedFirstParty(options: SeedOptions): Promise<string> {
  const { registry, adminToken } = options
  await mkdir(options.keysDir, { recursive: true, mode: 0o700 })
  const path = publisherFilePath(options.keysDir, PUBLISHER.id)
  const publisher = (await readPublisherFile(path)) ?? (await createPublisher(registry, adminToken, PUBLISHER, path))
  for (const { id, version, file } of await packedBundles(options.pluginsDir)) {
    if (await isPublished(registry, id, version)) continue
    await publishBundle(registry, publisher, await readFile(file))
    options.say(`Published ${id} ${version}`)
  }
  return PUBLISHER.id
}

async function isPublished(registry: RegistryClient, id: string, version: string): Promise<boolean> {
  try {
    await registry.release(id, version)
    return true
  } catch (error) {
    if (errorCode(error) === 'INSTALL_RELEASE_NOT_FOUND') return false
    throw error
  }
}

/** Bundles are named `<plugin>-<version>.tgz` by whoever packs them. */
async function packedBundles(pluginsDir: string) {
  const bundles: { readonly id: string; readonly version: string; readonly file: string }[] = []
  for (const plugin of await readdir(pluginsDir, { withFileTypes: true })) {
    if (!plugin.isDirectory()) continue
    const dist = join(pluginsDir, plugin.name, 'dist')
    for (const name of await readdir(dist).catch(noFolder)) {
      const version =
        name.startsWith(`${plugin.name}-`) && name.endsWith('.tgz') ? name.slice(plugin.name.length + 1, -4) : ''
      if (version !== '') bundles.push({ id: `${PUBLISHER.id}/${plugin.name}`, version, file: join(dist, name) })
    }
  }
  if (bundles.length === 0) {
    throw publishingError(
      'BUNDLES_MISSING',
      `Expected packed plugins below ${pluginsDir}, found none. Start with \`npm start\`, which packs them.`,
    )
  }
  return bundles.toSorted((left, right) => (left.file < right.file ? -1 : 1))
}

/** A plugin that is not packed has no such folder; anything else is a failure. */
function noFolder(error: unknown): readonly string[] {
  if (errorCode(error) === 'ENOENT') return []
  throw error
}
