import { brokerError } from '../errors.ts'
import { MAX_HEADERS, MAX_HEADER_BYTES } from '../limits.ts'

// Headers that speak for the connection, for somebody else, or for the browser: never a plugin's to set.
const forbidden = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'cookie',
  'cookie2',
  'expect',
  'forwarded',
  'host',
  'http2-settings',
  'keep-alive',
  'origin',
  'proxy',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'via',
  'x-http-method',
  'x-http-method-override',
  'x-method-override',
  'x-real-ip',
  'x-original-url',
  'x-rewrite-url',
])
const forbiddenPrefix = /^(proxy-|sec-|x-forwarded|:)/
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/
// oxlint-disable-next-line no-control-regex -- control characters are exactly what is looked for
const VALUE = /^[\t\u0020-\u007e\u0080-\u00ff]*$/

// What still makes sense at another origin. Everything else might be a credential.
const harmless = new Set(['accept', 'accept-language', 'user-agent'])

/** Names that were looked at before: the lower-case name, or `undefined` for one that is not the plugin's to set. */
const judged = new Map<string, string | undefined>()
const MAX_JUDGED = 512

/** Lower-cases names and drops what is not the plugin's to set; refuses what no HTTP header may hold. */
export function cleanHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const clean: Record<string, string> = {}
  let count = 0
  let size = 0
  for (const [name, value] of Object.entries(headers)) {
    count += 1
    size += name.length + value.length
    if (count > MAX_HEADERS || size > MAX_HEADER_BYTES) throw tooMany(headers)
    const lower = judged.has(name) ? judged.get(name) : judgeName(name)
    if (!VALUE.test(value)) throw malformed(name)
    if (lower !== undefined) clean[lower] = value
  }
  return clean
}

function judgeName(name: string): string | undefined {
  if (!NAME.test(name)) throw malformed(name)
  const lower = name.toLowerCase()
  const own = forbidden.has(lower) || forbiddenPrefix.test(lower) ? undefined : lower
  if (judged.size < MAX_JUDGED) judged.set(name, own)
  return own
}

function tooMany(headers: Readonly<Record<string, string>>): Error {
  const entries = Object.entries(headers)
  const size = entries.reduce((sum, [name, value]) => sum + name.length + value.length, 0)
  return brokerError(
    'NETWORK_DENIED',
    `Expected at most ${MAX_HEADERS} headers with ${MAX_HEADER_BYTES} bytes, found ${entries.length} with ${size}.`,
  )
}

/** The message does not hold the value: it may be a secret. */
function malformed(name: string): Error {
  return brokerError(
    'NETWORK_DENIED',
    `Expected a header name and value as RFC 9110 allows, found another for \`${name.slice(0, 40).replace(/[^\w-]/g, '?')}\`.`,
  )
}

/** The headers that may follow a redirect to another origin. */
export function harmlessHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => harmless.has(name)))
}

/** Response headers, their names in lower case, as the plugin sees them. */
export function readableHeaders(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): Record<string, string> {
  const readable: Record<string, string> = Object.create(null)
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || name === 'set-cookie' || name === 'set-cookie2') continue
    readable[name] = typeof value === 'string' ? value : value.join(', ')
  }
  return readable
}
