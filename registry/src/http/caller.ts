import type { IncomingMessage } from 'node:http'
import type { Context, Next } from 'koa'
import { isAllowedAddress, plainAddress } from '../accounts/allowed-address.ts'

export interface CallerSettings {
  /** Where people and tools reach the registry; absent: the address the request names. */
  readonly publicUrl?: string | undefined
  /** Networks of proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed; none: nobody's. */
  readonly trustedProxies?: readonly string[] | undefined
}

/** Where a request comes from, and where it thinks the registry is. */
export interface Caller {
  readonly address: string
  /** Without a slash at the end. */
  readonly publicUrl: string
  readonly userAgent: string
  /** A code of the second factor that came with the request. */
  readonly otp: string | undefined
}

const callers = new WeakMap<object, Caller>()

/** Finds out about the caller once, before anything else. */
export function meetCaller(settings: CallerSettings) {
  return async (context: Context, next: Next): Promise<void> => {
    callers.set(context.req, describeCaller(context.req, settings))
    await next()
  }
}

/** What is known about who calls. */
export function callerOf(context: Context): Caller {
  return callers.get(context.req) ?? describeCaller(context.req, {})
}

/** What is known about who sends a request, whichever server takes it. */
export function describeCaller(request: IncomingMessage, settings: CallerSettings): Caller {
  const peer = plainAddress(request.socket.remoteAddress ?? '')
  const proxies = settings.trustedProxies ?? []
  const throughProxy = proxies.length > 0 && isAllowedAddress(proxies, peer)
  return {
    address: throughProxy ? forwardedAddress(request, proxies, peer) : peer,
    publicUrl: settings.publicUrl?.replace(/\/+$/, '') ?? requestedUrl(request, throughProxy),
    userAgent: header(request, 'user-agent').slice(0, 200),
    otp: header(request, 'npm-otp').slice(0, 64) || undefined,
  }
}

/** The last address that is no proxy of ours: everything before it may be made up. */
function forwardedAddress(request: IncomingMessage, proxies: readonly string[], peer: string): string {
  const hops = header(request, 'x-forwarded-for')
    .split(',')
    .map((hop) => plainAddress(hop.trim()))
  return hops.findLast((hop) => hop !== '' && !isAllowedAddress(proxies, hop)) ?? peer
}

function requestedUrl(request: IncomingMessage, throughProxy: boolean): string {
  const scheme = throughProxy && header(request, 'x-forwarded-proto') === 'https' ? 'https' : 'http'
  const host = (throughProxy && header(request, 'x-forwarded-host')) || header(request, 'host')
  return /^[\w.:[\]-]{1,255}$/.test(host) ? `${scheme}://${host}` : `${scheme}://localhost`
}

function header(request: IncomingMessage, name: string): string {
  const value = request.headers[name]
  return typeof value === 'string' ? value : (value?.[0] ?? '')
}
