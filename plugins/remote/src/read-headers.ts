import { remoteError } from './errors.ts'

// RFC 9110 section 5.6.2.
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/
const VALUE = /^[\x20-\x7e\t]*$/

/** Headers that belong to the connection or to the protocol; the gateway writes them. */
const RESERVED = new Set([
  'accept',
  'connection',
  'content-length',
  'content-type',
  'host',
  'keep-alive',
  'last-event-id',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** Headers whose value is always a credential. */
const CREDENTIALS = new Set(['authorization', 'cookie', 'proxy-authorization'])

/** Refuses what is not a header's name or belongs to the protocol. */
export function requireHeaderName(name: string, field: string): void {
  if (!TOKEN.test(name)) {
    throw remoteError(
      'REMOTE_HEADER',
      `Expected a header's name in \`${field}\`, found \`${name.slice(0, 40)}\`. Write Name: value.`,
    )
  }
  const lower = name.toLowerCase()
  if (RESERVED.has(lower) || lower.startsWith('mcp-')) {
    throw remoteError(
      'REMOTE_HEADER',
      `Expected a header that is free to set in \`${field}\`, found \`${name}\`, which the gateway writes itself.`,
    )
  }
}

/** Headers from lines of `Name: value`. Credentials are refused: their place is the secret store. */
export function readHeaders(lines: readonly string[]): Readonly<Record<string, string>> {
  const headers = new Map<string, string>()
  const seen = new Set<string>()
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue
    const split = line.indexOf(':')
    // The line itself is not shown: what was pasted without a name is often a key.
    if (split < 1)
      throw remoteError('REMOTE_HEADER', `Expected Name: value in line ${index + 1} of \`headers\`, found no name.`)
    const name = line.slice(0, split).trim()
    const value = line.slice(split + 1).trim()
    requireHeaderName(name, 'headers')
    const lower = name.toLowerCase()
    if (CREDENTIALS.has(lower)) {
      throw remoteError(
        'REMOTE_HEADER',
        `Expected no credentials in \`headers\`, found \`${name}\`. Keep the value as a secret and choose it under \`token\`.`,
      )
    }
    if (seen.has(lower))
      throw remoteError('REMOTE_HEADER', `Expected each header once, found \`${name}\` twice. Remove one.`)
    if (!VALUE.test(value)) throw remoteError('REMOTE_HEADER', `Expected printable ASCII as the value of \`${name}\`.`)
    seen.add(lower)
    headers.set(name, value)
  }
  return Object.fromEntries(headers)
}
