import { readFile } from 'node:fs/promises'
import { errorCode } from '@nexus/plugin-api'
import { type ConnectionOptions, findCredentials } from '../credentials.ts'
import { cliError } from '../errors.ts'

/** Where messages go, and as whom. */
export interface Access {
  readonly url: string
  readonly token: string
  readonly workspace: string | undefined
}

export interface AccessOptions extends ConnectionOptions {
  readonly tokenFile?: string | undefined
  readonly virtualServer?: string | undefined
}

const SERVER_NAME = /^[a-z0-9][a-z0-9-]{0,39}$/

/** Finds out anew each time: a host that was restarted may have another port, and a token file another token. */
export async function findAccess(options: AccessOptions, environment: NodeJS.ProcessEnv): Promise<Access> {
  const { tokenFile, virtualServer, ...given } = options
  if (virtualServer !== undefined && !SERVER_NAME.test(virtualServer)) {
    throw cliError(
      'CLI_USAGE',
      `Expected --virtual-server with the name of a server, found ${JSON.stringify(virtualServer)}.`,
    )
  }
  const token = tokenFile === undefined ? given.token : await readToken(tokenFile)
  const { url, workspace, ...found } = await findCredentials({ ...given, token }, environment)
  const path = virtualServer === undefined ? '/mcp' : `/v/${virtualServer}/mcp`
  return { url: `${url}${path}`, token: found.token, workspace }
}

async function readToken(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw cliError(
      'CLI_NO_CREDENTIALS',
      `Expected a token in ${path}, found it not readable (${errorCode(cause) ?? 'unknown'}).`,
      { cause },
    )
  })
  const token = text.trim()
  if (/^[\x21-\x7e]+$/.test(token)) return token
  // What is in the file is not repeated: it may be half a token.
  throw cliError('CLI_NO_CREDENTIALS', `Expected one token in ${path} and nothing else, found something else.`)
}
