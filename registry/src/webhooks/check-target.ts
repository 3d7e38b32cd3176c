import { isIP } from 'node:net'
import { webhookError } from './errors.ts'
import { isPublicAddress } from './public-address.ts'

/** A checked address. `inside`: the operator named its host, so that it may be in the own network and without TLS. */
export interface HookTarget {
  readonly url: URL
  readonly inside: boolean
}

/** Where a webhook may point: public hosts over TLS, and what the registry's operator named. */
export function checkTarget(text: string, privateTargets: readonly string[]): HookTarget {
  const url = new URL(text)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const inside = privateTargets.includes(url.hostname) || privateTargets.includes(url.host)
  if (url.username !== '' || url.password !== '') {
    throw webhookError(
      'WEBHOOK_TARGET',
      'Expected an address without user name and password. Deliveries are signed instead.',
    )
  }
  if (inside) return { url, inside }
  if (url.protocol !== 'https:') {
    throw webhookError('WEBHOOK_TARGET', `Expected an https address, found ${url.protocol.slice(0, -1)}.`)
  }
  if (isIP(host) !== 0 && !isPublicAddress(host)) {
    throw webhookError(
      'WEBHOOK_TARGET',
      `Expected a public address, found ${host}. The registry's operator may allow it in NEXUS_REGISTRY_PRIVATE_TARGETS.`,
    )
  }
  return { url, inside }
}
