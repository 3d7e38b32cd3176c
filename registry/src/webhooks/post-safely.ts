import { lookup } from 'node:dns'
import { type RequestOptions, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { LookupFunction } from 'node:net'
import type { HookTarget } from './check-target.ts'
import { DELIVERY_TIMEOUT_MS } from './limits.ts'
import { isPublicAddress } from './public-address.ts'

/** An address that must not be reached. */
export class TargetRefused extends Error {}

/**
 * Posts to a checked target and answers with the status. What the name resolves to is judged at the connection itself,
 * so that it cannot change in between; redirects are not followed, and the body of the answer is not read.
 */
export function postSafely(
  { url, inside }: HookTarget,
  headers: Readonly<Record<string, string>>,
  body: string,
): Promise<number> {
  const options: RequestOptions = {
    method: 'POST',
    headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
    signal: AbortSignal.timeout(DELIVERY_TIMEOUT_MS),
    agent: false,
    ...(inside ? {} : { lookup: publicOnly }),
  }
  const send = url.protocol === 'https:' ? requestHttps : requestHttp
  return new Promise((answered, failed) => {
    const sent = send(url, options, (response) => {
      answered(response.statusCode ?? 0)
      response.destroy()
    })
    sent.once('error', failed)
    sent.end(body)
  })
}

/** One bad address refuses the name: a mixed answer must not slip through. */
const publicOnly: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    const [first] = addresses ?? []
    if (error !== null) callback(error, '', 0)
    else if (first === undefined || addresses.some(({ address }) => !isPublicAddress(address)))
      callback(new TargetRefused(`${hostname} is not public.`), '', 0)
    else if (options.all === true) callback(null, addresses)
    else callback(null, first.address, first.family)
  })
}
