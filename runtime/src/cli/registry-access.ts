import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode } from '@nexus/plugin-api'
import { dataFolder, noHost, readLocalCredentials } from './credentials.ts'
import { cliError } from './errors.ts'

/** The registry inside the host of this machine, as its admin. */
interface OwnRegistry {
  readonly url: string
  readonly adminToken: string
}

/** Folder of the publishers' credentials on this machine. */
export function keysFolder(environment: NodeJS.ProcessEnv): string {
  return join(dataFolder(environment), 'keys')
}

/** Only the registry that runs inside this machine's host gets its admin token; another one never sees it. */
export async function findOwnRegistry(environment: NodeJS.ProcessEnv): Promise<OwnRegistry> {
  const local = await readLocalCredentials(dataFolder(environment))
  if (local === undefined) throw noHost('ask the admin of your registry for a publisher')
  if (local.registryUrl === undefined || !local.registryEmbedded) {
    throw cliError(
      'CLI_NO_REGISTRY',
      'Expected a registry inside the host of this machine, found that it uses another one. Ask the admin of that registry for a publisher.',
    )
  }
  return { url: local.registryUrl, adminToken: await readAdminToken(environment) }
}

/** The command line wins over the environment, and both over the registry of the host on this machine. */
export async function findRegistryUrl(given: string | undefined, environment: NodeJS.ProcessEnv): Promise<string> {
  const url = given ?? environment['NEXUS_REGISTRY_URL']
  if (url !== undefined) return checkRegistryUrl(url)
  const local = await readLocalCredentials(dataFolder(environment))
  if (local?.registryUrl === undefined) throw noHost('name a registry with --registry')
  return local.registryUrl
}

async function readAdminToken(environment: NodeJS.ProcessEnv): Promise<string> {
  const path = join(keysFolder(environment), 'registry-admin-token')
  try {
    return (await readFile(path, 'utf8')).trim()
  } catch (cause) {
    throw cliError(
      'CLI_NO_REGISTRY',
      `Expected the admin token of the registry in ${path}, found none (${errorCode(cause) ?? 'not readable'}). Run this as the user who runs the host.`,
      { cause },
    )
  }
}

function checkRegistryUrl(text: string): string {
  const url = URL.parse(text)
  if (url !== null && (url.protocol === 'http:' || url.protocol === 'https:')) return text
  throw cliError('CLI_USAGE', `Expected an http or https URL of a registry, found ${JSON.stringify(text)}.`)
}
