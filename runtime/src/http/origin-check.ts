import type { Context } from 'koa'
import { httpError } from './errors.ts'

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Refuses state-changing requests that another site made a browser send (CSRF). Browsers say where a request comes from
 * in `Sec-Fetch-Site` or `Origin`, and a page cannot forge either. Without both it is no browser of today: fine without
 * a cookie, refused with one. The `Host` header is already checked here, so `Origin` is compared with it.
 */
export function checkOrigin(ctx: Context, hasCookie: boolean): void {
  if (SAFE_METHODS.has(ctx.method)) return
  const site = ctx.get('sec-fetch-site')
  if (site !== '') {
    if (site !== 'same-origin' && site !== 'none') throw crossSite(`Sec-Fetch-Site ${JSON.stringify(site)}`)
    return
  }
  const origin = ctx.get('origin')
  if (origin === '') {
    if (hasCookie) throw crossSite('neither an Origin nor a Sec-Fetch-Site header')
    return
  }
  if (URL.parse(origin)?.host !== ctx.get('host').toLowerCase()) throw crossSite('another Origin')
}

function crossSite(found: string) {
  return httpError('HTTP_CROSS_SITE', `Expected a request from this host's own pages, found ${found}.`)
}
