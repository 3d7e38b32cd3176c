import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { errorCode } from '@nexus/plugin-api'
import { z } from 'zod'
import { cliError } from './errors.ts'

/** Which host to talk to, and as whom. */
export interface Credentials {
  readonly url: string
  readonly token: string
  readonly workspace: string | undefined
}

/** What was given on the command line. */
export interface ConnectionOptions {
  readonly url?: string | undefined
  readonly token?: string | undefined
  readonly workspace?: string | undefined
}

/** Written by a running host for the operator of the machine it runs on, mode 0600. */
const localCredentials = z.object({
  url: z.url({ protocol: /^https?$/ }),
  token: z.string().min(1),
  registryUrl: z.url({ protocol: /^https?$/ }).optional(),
  /** Whether the registry runs inside that host, so that the admin token beside it is the registry's. */
  registryEmbedded: z.boolean().default(false),
})

/** The command line wins over the environment, and both over what the local host left in its data folder. */
export async function findCredentials(
  options: ConnectionOptions,
  environment: NodeJS.ProcessEnv,
): Promise<Credentials> {
  const url = options.url ?? environment['NEXUS_URL']
  const token = options.token ?? environment['NEXUS_TOKEN']
  const workspace = options.workspace ?? environment['NEXUS_WORKSPACE']
  if (url !== undefined && token !== undefined) return { url: checkUrl(url), token, workspace }
  const local = await readLocalCredentials(dataFolder(environment))
  // A token made for the local host is never sent to another one.
  if (url !== undefined && (local === undefined || checkUrl(url) !== checkUrl(local.url))) {
    throw cliError(
      'CLI_NO_CREDENTIALS',
      `Expected a token for ${checkUrl(url)}. Give it in NEXUS_TOKEN; create one under Tokens in the console.`,
    )
  }
  if (local === undefined) throw noHost('set NEXUS_URL and NEXUS_TOKEN')
  return { url: checkUrl(local.url), token: token ?? local.token, workspace }
}

/** Where the host of this machine keeps its data. */
export function dataFolder(environment: NodeJS.ProcessEnv): string {
  return resolve(environment['NEXUS_DATA'] ?? 'data')
}

export async function readLocalCredentials(folder: string): Promise<z.infer<typeof localCredentials> | undefined> {
  const path = join(folder, 'cli.json')
  try {
    return localCredentials.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch (cause) {
    // No such file, or no such folder: no host has run here.
    if (errorCode(cause) === 'ENOENT' || errorCode(cause) === 'ENOTDIR') return undefined
    throw cliError(
      'CLI_NO_CREDENTIALS',
      `Expected readable credentials in ${path}, found something else. Restart the host: it writes them anew.`,
      { cause },
    )
  }
}

export function noHost(otherwise: string) {
  return cliError(
    'CLI_NO_HOST',
    `Expected a running host on this machine, found none. Start it with \`nexus start\`, or ${otherwise}.`,
  )
}

function checkUrl(text: string): string {
  const url = URL.parse(text)
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw cliError('CLI_USAGE', `Expected an http or https URL, found ${JSON.stringify(text)}.`)
  }
  return url.origin
}
