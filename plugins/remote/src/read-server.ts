import { type ConfigValues, type HttpUpstream, configText, configTexts, configUpstreamLimits } from '@nexus/plugin-api'
import { remoteError } from './errors.ts'
import { readHeaders, requireHeaderName } from './read-headers.ts'

/** Scheme, then host and port without user information, then path and query without fragment. */
const ADDRESS = /^https?:\/\/(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?(?:[/?][^\s#]*)?$/i
const PRINTABLE = /^[\x20-\x7e]*$/

/** The server that the configuration names. Fails with a code of `remoteError` that says what to write instead. */
export function readServer(config: ConfigValues): HttpUpstream {
  const url = readUrl(configText(config, 'url'), 'url')
  const replicas = configTexts(config, 'replicas')
    .filter((line) => line.trim() !== '')
    .map((line) => readUrl(line.trim(), 'replicas'))
  const limits = configUpstreamLimits(config)
  const shared = {
    url,
    ...(replicas.length === 0 ? {} : { replicas }),
    ...(limits === undefined ? {} : { limits }),
    ...readClient(config),
  }
  const headers = readHeaders(configTexts(config, 'headers'))
  const token = configText(config, 'token')
  const credentials = readCredentials(config, token)
  if (token === undefined) return { ...shared, headers, ...credentials }
  const header = configText(config, 'header') ?? 'Authorization'
  requireHeaderName(header, 'header')
  const twice = Object.keys(headers).find((name) => name.toLowerCase() === header.toLowerCase())
  if (twice !== undefined) {
    throw remoteError(
      'REMOTE_HEADER',
      `Expected \`${header}\` once, found it under \`header\` and \`headers\`. Remove the second.`,
    )
  }
  const format = readFormat(configText(config, 'format') ?? 'Bearer {}')
  return { ...shared, headers, ...credentials, secretHeaders: { [header]: { secret: 'token', format } } }
}

function readClient(config: ConfigValues): Pick<HttpUpstream, 'oauthClient'> {
  const id = configText(config, 'clientId')
  const hasSecret = configText(config, 'clientSecret') !== undefined
  if (id !== undefined) return { oauthClient: { id, ...(hasSecret ? { secret: 'clientSecret' } : {}) } }
  if (!hasSecret) return {}
  const problem = 'Expected `clientId` beside `clientSecret`, found none. Write the id that the secret belongs to.'
  throw remoteError('REMOTE_CREDENTIALS', problem)
}

function readCredentials(config: ConfigValues, token: string | undefined): Pick<HttpUpstream, 'credentials'> {
  const credentials = configText(config, 'credentials')
  if (credentials === undefined || credentials === 'shared') return {}
  if (credentials !== 'perUser') {
    const problem = `Expected \`shared\` or \`perUser\` in \`credentials\`, found \`${credentials}\`.`
    throw remoteError('REMOTE_CREDENTIALS', problem)
  }
  const isOAuth = configText(config, 'clientId') !== undefined || configTexts(config, 'authorizationServers').length > 0
  if (token !== undefined || isOAuth) return { credentials }
  throw remoteError(
    'REMOTE_CREDENTIALS',
    'Expected `token` to name the secret that each user keeps, found none. Choose a secret; the lists are read with it.',
  )
}

function readUrl(url: string | undefined, field: 'url' | 'replicas'): string {
  if (url === undefined)
    throw remoteError('REMOTE_URL', `Expected the address of an MCP server under \`${field}\`, found none.`)
  if (/^https?:\/\/[^/?#]*@/i.test(url)) {
    // Not shown: it holds a password.
    throw remoteError(
      'REMOTE_URL',
      'Expected an address without user name and password. Keep the password as a secret and choose it under `token`.',
    )
  }
  if (!ADDRESS.test(url)) {
    throw remoteError(
      'REMOTE_URL',
      `Expected an address such as \`https://mcp.example.com/mcp\`, found \`${url.slice(0, 100)}\`.`,
    )
  }
  return url
}

function readFormat(format: string): string {
  if (format.split('{}').length !== 2 || !PRINTABLE.test(format)) {
    throw remoteError(
      'REMOTE_FORMAT',
      `Expected a text that holds \`{}\` once, for example \`Bearer {}\`, found \`${format}\`.`,
    )
  }
  return format
}
