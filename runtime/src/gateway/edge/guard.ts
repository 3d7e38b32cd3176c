import type { IncomingHttpHeaders } from 'node:http'
import { gatewayError } from '../errors.ts'

/** Refuses requests that a page of another site made a browser send (DNS rebinding, cross-origin). */
export type Guard = (headers: IncomingHttpHeaders) => void

const LOOPBACK: readonly string[] = ['localhost', '127.0.0.1', '[::1]']

/** The name in a URL; none when something stands before it that could be taken for the name. */
function hostnameOf(url: string): string | undefined {
  return url.includes('@') ? undefined : URL.parse(url)?.hostname
}

/** Hosts are compared by name; the port says nothing about who asks. */
export function createGuard(publicUrl: string, allowedHosts: readonly string[]): Guard {
  const allowed = new Set([...LOOPBACK, ...allowedHosts.map((host) => host.toLowerCase())])
  const own = URL.parse(publicUrl)?.hostname
  if (own !== undefined) allowed.add(own)
  // A host header repeats with every request of a client: the last verdicts are kept, a flood of others is not.
  const known = new Map<string, boolean>()
  const isAllowed = (url: string): boolean => {
    const before = known.get(url)
    if (before !== undefined) return before
    const hostname = hostnameOf(url)
    const verdict = hostname !== undefined && allowed.has(hostname)
    if (known.size < 256) known.set(url, verdict)
    return verdict
  }
  return ({ host, origin }) => {
    if (host === undefined || !isAllowed(`http://${host}`)) {
      throw gatewayError(
        'HOST_REFUSED',
        'Expected a Host header that names this server, found another. Add the name to the allowed hosts if it is yours.',
      )
    }
    if (origin !== undefined && !isAllowed(origin)) {
      throw gatewayError('ORIGIN_REFUSED', 'Expected no Origin or an allowed one, found a page of another site.')
    }
  }
}
