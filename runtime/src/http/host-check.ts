import type { Context } from 'koa'
import { httpError } from './errors.ts'
import type { HostFacts } from './ports.ts'

const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '[::1]'] as const

/**
 * Refuses requests that call this host by a name it does not have. A page whose name was re-bound to a loopback address
 * sends its own name in `Host`, so this is what keeps it out (DNS rebinding).
 */
export function createHostCheck(facts: Pick<HostFacts, 'publicUrl' | 'allowedHosts'>): (ctx: Context) => void {
  const names = new Set<string>([...LOOPBACK_NAMES, new URL(facts.publicUrl).hostname, ...facts.allowedHosts])
  return (ctx) => {
    const name = hostnameOf(ctx.req.headers.host)
    if (name !== undefined && names.has(name)) return
    throw httpError(
      'HTTP_HOST',
      'Expected the public name of this host or a loopback name in the Host header, found another one. Set the public URL to the name you use.',
    )
  }
}

function hostnameOf(host: string | undefined): string | undefined {
  if (host === undefined || !/^[a-zA-Z0-9.[\]:_-]+$/.test(host)) return undefined
  return URL.parse(`http://${host}`)?.hostname
}
