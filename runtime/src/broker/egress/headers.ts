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

/** Lower-cases names and drops what is not the plugin's to set; refuses what no HTTP header may hold. */
export function cleanHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(headers)
  const size = entries.reduce((sum, [name, value]) => sum + name.length + value.length, 0)
  if (entries.length > MAX_HEADERS || size > MAX_HEADER_BYTES) {
    throw brokerError(
      'NETWORK_DENIED',
      `Expected at most ${MAX_HEADERS} headers with ${MAX_HEADER_BYTES} bytes, found ${entries.length} with ${size}.`,
    )
  }
  const clean: Record<string, string> = {}
  for (const [name, value] of entries) {
    // The message must not hold the value: it may be a secret.
    if (!NAME.test(name) || !VALUE.test(value)) {
      throw brokerError(
        'NETWORK_DENIED',
        `Expected a header name and value as RFC 9110 allows, found another for \`${name.slice(0, 40).replace(/[^\w-]/g, '?')}\`.`,
      )
    }
    const lower = name.toLowerCase()
    if (!forbidden.has(lower) && !forbiddenPrefix.test(lower)) clean[lower] = value
  }
  return clean
}

/** The headers that may follow a redirect to another origin. */
export function harmlessHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => harmless.has(name)))
}

/** Response headers as the plugin sees them. */
export function readableHeaders(
  headers: Readonly<Record<string, string | readonly string[] | undefined>>,
): Record<string, string> {
  const readable: Record<string, string> = Object.create(null)
  for (const [name, value] of Object.entries(headers)) {
    const lower = name.toLowerCase()
    if (value === undefined || lower === 'set-cookie' || lower === 'set-cookie2') continue
    readable[lower] = typeof value === 'string' ? value : value.join(', ')
  }
  return readable
}
