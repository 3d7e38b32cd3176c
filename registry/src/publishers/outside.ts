import { lookup } from 'node:dns'
import { Resolver } from 'node:dns/promises'
import { type RequestOptions, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { type LookupFunction, isIP } from 'node:net'
import { isPublicAddress } from '../webhooks/public-address.ts'
import { publisherError } from './errors.ts'
import { DNS_MS, DNS_TRIES, OUTSIDE_BYTES, OUTSIDE_MS } from './limits.ts'

export interface OutsideOptions {
  /** Hosts inside the own network that may be asked, `host` or `host:port`; those also without TLS. */
  readonly privateTargets?: readonly string[]
  /** DNS servers to ask, `address` or `address:port`; absent: those of the machine. */
  readonly dnsServers?: readonly string[]
}

/** The world outside, as far as the registry may ask it. */
export interface Outside {
  /** TXT records of a name, each in one piece; none when there are none. */
  txt(name: string): Promise<readonly string[]>
  /** A JSON document. Public addresses only, no redirects, bounded in time and size. */
  json(url: string): Promise<unknown>
  /** The address under which a domain's own web server is asked: `host:port` without TLS when the operator named it. */
  originOf(domain: string): string
}

export function createOutside({ privateTargets = [], dnsServers }: OutsideOptions): Outside {
  const resolver = new Resolver({ timeout: DNS_MS, tries: DNS_TRIES })
  if (dnsServers !== undefined) resolver.setServers([...dnsServers])
  const publicOnly = createLookup(dnsServers === undefined ? undefined : resolver)
  return {
    async txt(name) {
      const records = await resolver.resolveTxt(name).catch(() => [])
      return records.map((parts) => parts.join(''))
    },
    async json(text) {
      const url = new URL(text)
      const inside = privateTargets.includes(url.hostname) || privateTargets.includes(url.host)
      if (!inside) requirePublic(url)
      return fetchJson(url, inside ? {} : { lookup: publicOnly })
    },
    originOf(domain) {
      const inside = privateTargets.find((target) => target === domain || target.startsWith(`${domain}:`))
      return inside === undefined ? `https://${domain}` : `http://${inside}`
    },
  }
}

function requirePublic(url: URL): void {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const named = isIP(host) === 0 || isPublicAddress(host)
  if (url.protocol === 'https:' && named && url.username === '' && url.password === '') return
  throw refused(url, 'an address that is not public or has no TLS')
}

/** Asks once. What the name resolves to is judged at the connection itself, so that it cannot change in between. */
async function fetchJson(url: URL, options: RequestOptions): Promise<unknown> {
  const send = url.protocol === 'https:' ? requestHttps : requestHttp
  const text = await new Promise<string>((done, failed) => {
    const sent = send(
      url,
      { ...options, agent: false, headers: { accept: 'application/json' }, signal: AbortSignal.timeout(OUTSIDE_MS) },
      (response) => {
        if (response.statusCode !== 200) {
          response.destroy()
          failed(refused(url, `status ${response.statusCode ?? 0}`))
          return
        }
        const chunks: Buffer[] = []
        let size = 0
        response.on('data', (chunk: Buffer) => {
          size += chunk.length
          if (size > OUTSIDE_BYTES) response.destroy(refused(url, 'more bytes than allowed'))
          else chunks.push(chunk)
        })
        response.once('error', failed)
        response.once('end', () => done(Buffer.concat(chunks).toString('utf8')))
      },
    )
    sent.once('error', (cause) => failed(refused(url, 'no answer', cause)))
    sent.end()
  })
  try {
    return JSON.parse(text)
  } catch {
    throw refused(url, 'something that is not JSON')
  }
}

function refused(url: URL, found: string, cause?: unknown) {
  return publisherError('OUTSIDE_REFUSED', `Expected JSON from ${url.origin}${url.pathname}, found ${found}.`, {
    cause,
  })
}

/** One bad address refuses the name: a mixed answer must not slip through. */
function createLookup(resolver: Resolver | undefined): LookupFunction {
  return (hostname, options, callback) => {
    const judge = (addresses: readonly { address: string; family: number }[]) => {
      const [first] = addresses
      if (first === undefined || addresses.some(({ address }) => !isPublicAddress(address))) {
        callback(new Error(`${hostname} is not public.`), '', 0)
      } else if (options.all === true) callback(null, [...addresses])
      else callback(null, first.address, first.family)
    }
    if (resolver === undefined) {
      lookup(hostname, { ...options, all: true }, (error, addresses) => judge(error === null ? addresses : []))
      return
    }
    void resolveBoth(resolver, hostname).then(judge)
  }
}

async function resolveBoth(resolver: Resolver, hostname: string) {
  const [four, six] = await Promise.all([
    resolver.resolve4(hostname).catch(() => []),
    resolver.resolve6(hostname).catch(() => []),
  ])
  return [...four.map((address) => ({ address, family: 4 })), ...six.map((address) => ({ address, family: 6 }))]
}
