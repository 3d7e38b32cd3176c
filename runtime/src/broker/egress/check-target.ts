import type { NetworkGrant } from '../../grants/grant.ts'
import { brokerError } from '../errors.ts'
import { MAX_URL_CHARACTERS } from '../limits.ts'
import { checkAddress, isAddressLiteral } from './check-address.ts'

/** A URL that a grant covers. */
export interface EgressTarget {
  readonly url: URL
  /** Parts of the URL as requests need them: reading them off it costs more than a request can afford. */
  readonly href: string
  readonly origin: string
  /** Path and query. */
  readonly path: string
  readonly grant: NetworkGrant
}

// oxlint-disable-next-line no-control-regex -- control characters are exactly what is looked for
const CONTROL = /[\u0000-\u0020\u007f\\]/

/**
 * Parses a URL once and finds the grant that covers scheme, host, port and method. The host is compared as a whole
 * name after parsing; nothing is matched against the text of the URL.
 */
export function checkTarget(text: string, method: string, grants: readonly NetworkGrant[]): EgressTarget {
  if (text.length > MAX_URL_CHARACTERS || CONTROL.test(text) || !URL.canParse(text)) {
    throw denied('Expected an absolute http or https URL without spaces, backslashes or control characters.')
  }
  const url = new URL(text)
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw denied(`Expected http or https, found ${url.protocol.slice(0, 20)}`)
  if (url.username !== '' || url.password !== '') throw denied('Expected a URL without user name or password in it.')
  const host = url.hostname.replace(/\.$/, '')
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port)
  const scheme = url.protocol.slice(0, -1)
  const grant = grants.find(
    (candidate) =>
      candidate.scheme === scheme &&
      candidate.port === port &&
      coversHost(candidate.host, host) &&
      candidate.methods.includes(method),
  )
  if (grant === undefined) {
    throw denied(
      `Expected a granted host and method, found ${method} ${scheme}://${host}:${port}. Ask for it in \`permissions.network\`.`,
      { host, port, method },
    )
  }
  checkLiteral(host, grant)
  url.hash = ''
  return { url, href: url.href, origin: url.origin, path: `${url.pathname}${url.search}`, grant }
}

/** `*.example.com` covers names below example.com, not example.com itself; an address is covered only by itself. */
export function coversHost(pattern: string, host: string): boolean {
  if (!pattern.startsWith('*.')) return pattern === host
  return !isAddressLiteral(host) && host.length > pattern.length - 1 && host.endsWith(pattern.slice(1))
}

// A literal never reaches the name lookup, where other hosts are judged.
function checkLiteral(host: string, grant: NetworkGrant): void {
  if (!isAddressLiteral(host)) return
  const verdict = checkAddress(host)
  if (verdict === 'public' || (verdict === 'private' && grant.allowPrivateAddresses)) return
  throw denied(`Expected a public address, found ${host}, which is ${verdict}.`, { host })
}

function denied(message: string, details: Readonly<Record<string, unknown>> = {}): Error {
  return brokerError('NETWORK_DENIED', message, { details })
}
