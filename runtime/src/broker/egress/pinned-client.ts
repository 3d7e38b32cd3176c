import { type LookupOptions, lookup as systemLookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { brokerError } from '../errors.ts'
import { CONNECT_MS, KEEP_ALIVE_MS } from '../limits.ts'
import { checkAddress } from './check-address.ts'
import { type HttpClient, createHttpClient } from './http1/http-client.ts'

type LookupCallback = Parameters<LookupFunction>[2]

/** Turns a host name into addresses; injected, so that a test can be the name server. */
export type ResolveHost = (
  hostname: string,
) => Promise<readonly { readonly address: string; readonly family: number }[]>

export const resolveWithSystem: ResolveHost = (hostname) =>
  new Promise((resolve, reject) => {
    systemLookup(hostname, { all: true, verbatim: true }, (error, addresses) =>
      error === null ? resolve(addresses) : reject(error),
    )
  })

/**
 * A name lookup for connections that judges the addresses a name resolves to: what it answers is what is connected to,
 * and there is no second lookup that could answer differently. One bad address refuses the name, so that a mixed answer
 * cannot slip through.
 */
export function createPinnedLookup(allowPrivate: boolean, resolve: ResolveHost): LookupFunction {
  const answer = async (hostname: string, options: LookupOptions, callback: LookupCallback): Promise<void> => {
    try {
      const addresses = await resolveChecked(hostname, allowPrivate, resolve)
      const { family } = options
      const usable = family === 4 || family === 6 ? addresses.filter((entry) => entry.family === family) : addresses
      const [first] = usable
      if (first === undefined) callback(new Error(`No address found for ${hostname}`), '', 0)
      else if (options.all === true) callback(null, [...usable])
      else callback(null, first.address, first.family)
    } catch (error) {
      callback(error instanceof Error ? error : new Error(String(error)), '', 0)
    }
  }
  return (hostname, options, callback) => void answer(hostname, options, callback)
}

/** An HTTP client over the pinned lookup. */
export function createPinnedClient(allowPrivate: boolean, resolve: ResolveHost): HttpClient {
  return createHttpClient({
    lookup: createPinnedLookup(allowPrivate, resolve),
    connectMs: CONNECT_MS,
    keepAliveMs: KEEP_ALIVE_MS,
  })
}

async function resolveChecked(hostname: string, allowPrivate: boolean, resolve: ResolveHost) {
  const addresses = await resolve(hostname)
  for (const { address } of addresses) {
    const verdict = checkAddress(address)
    if (verdict === 'public' || (verdict === 'private' && allowPrivate)) continue
    throw brokerError(
      'NETWORK_DENIED',
      `Expected ${hostname} to resolve to public addresses only, found one that is ${verdict}.`,
      {
        details: { host: hostname },
      },
    )
  }
  return addresses
}
