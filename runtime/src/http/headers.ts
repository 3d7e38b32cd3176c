import type { Context } from 'koa'
import { HSTS_SECONDS } from './limits.ts'

/** What the UI's pages may do: their own files and the API, nothing else. */
const UI_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types lit-html dompurify',
].join('; ')

/** An answer of the API is data: opened as a page it may do nothing at all. */
const API_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

const COMMON = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
}

/** Sets the security headers; the UI's pages later replace the content policy with theirs. */
export function setSecurityHeaders(ctx: Context, https: boolean): void {
  ctx.set(COMMON)
  ctx.set('Content-Security-Policy', API_POLICY)
  if (https) ctx.set('Strict-Transport-Security', `max-age=${HSTS_SECONDS}`)
}

export function allowUi(ctx: Context): void {
  ctx.set('Content-Security-Policy', UI_POLICY)
}
