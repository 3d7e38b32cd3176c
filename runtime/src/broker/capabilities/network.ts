import { z } from 'zod'
import { HTTP_METHODS } from '@nexus/plugin-api'
import { networkGrantName } from '../../grants/list-grants.ts'
import type { CapabilityCall } from '../../sandbox/sandbox.ts'
import { type Site, defineCapability } from '../capability.ts'
import { checkTarget } from '../egress/check-target.ts'
import type { EgressResponse, EgressWatch } from '../egress/egress.ts'
import { brokerError } from '../errors.ts'
import { limitReached } from '../limit-reached.ts'
import { DEFAULT_FETCH_MS, MAX_FETCH_MS, MAX_REQUEST_BODY_BYTES, MAX_RESPONSE_BODY_BYTES } from '../limits.ts'
import { headersSchema, secretHeadersSchema, urlText } from './argument-schemas.ts'
import { readAnyBody } from './read-any-body.ts'

const fetchArgument = z.strictObject({
  url: urlText,
  method: z
    .string()
    .transform((method) => method.toUpperCase())
    .pipe(z.enum(HTTP_METHODS))
    .default('GET'),
  headers: headersSchema.default({}),
  secretHeaders: secretHeadersSchema.default({}),
  body: z
    .string()
    .refine((body) => Buffer.byteLength(body) <= MAX_REQUEST_BODY_BYTES, {
      message: `expected at most ${MAX_REQUEST_BODY_BYTES} bytes`,
    })
    .optional(),
  /** A body of bytes, instead of `body`. */
  bodyBase64: z
    .base64()
    .max(Math.ceil(MAX_REQUEST_BODY_BYTES / 3) * 4)
    .transform((text) => Buffer.from(text, 'base64'))
    .optional(),
  /** The answer may be bytes: then it has `bodyBase64` instead of `body`. */
  binary: z.boolean().default(false),
  timeoutMs: z.int().min(1).max(MAX_FETCH_MS).default(DEFAULT_FETCH_MS),
})

/** `context.network.fetch` */
export const networkFetch = defineCapability('network.fetch', fetchArgument, async (argument, call, site) => {
  const { grants } = site.installation
  // Before any secret is opened: a request that goes nowhere needs none.
  checkTarget(argument.url, argument.method, grants.network)
  const secretHeaders = await site.secrets.fillHeaders(argument.secretHeaders)
  const body = argument.body ?? argument.bodyBase64
  const response = await site.ports.egress.request({
    url: argument.url,
    method: argument.method,
    headers: argument.headers,
    secretHeaders,
    ...(body === undefined ? {} : { body }),
    grants: grants.network,
    signal: call.signal,
    timeoutMs: argument.timeoutMs,
    maxBytes: MAX_RESPONSE_BODY_BYTES,
    watch: watchQuotas(site, call),
  })
  // A host may echo what it was sent; the plugin must not read its own secret header there.
  const { mask } = site.secrets
  const headers = Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, mask.apply(value)]))
  const head = { status: response.status, headers, url: mask.apply(response.url) }
  return argument.binary
    ? { ...head, ...readAnyBody(response.body, mask) }
    : { ...head, body: mask.apply(readText(response)) }
})

/** Counts hop by hop and chunk by chunk, so that requests side by side share one budget exactly. */
function watchQuotas(site: Site, call: CapabilityCall): EgressWatch {
  const { installation, meter } = site
  const received = (bytes: number): void => {
    const passed = meter.received(call, bytes)
    if (passed === 'egressBytesPerMinute') throw quotaUsedUp(site, passed, 'bytes')
    if (passed === 'egressBytesPerCall') {
      throw limitReached(
        installation,
        'NETWORK_TOO_LARGE',
        passed,
        (value) =>
          `Expected at most ${value} bytes of answers in one call (${passed}), found more. Ask for less at once.`,
      )
    }
  }
  return {
    received,
    sending({ grant }, method, bytes) {
      // Nothing is sent whose answer could no longer be received.
      received(0)
      const { networkRequestsPerMinute } = installation.limits
      if (!meter.minute('networkRequestsPerMinute').take(1, networkRequestsPerMinute))
        throw quotaUsedUp(site, 'networkRequestsPerMinute', 'requests')
      if (!meter.send(bytes)) throw quotaUsedUp(site, 'egressBytesPerMinute', 'bytes')
      meter.used('network', networkGrantName(grant), method)
    },
  }
}

function quotaUsedUp(
  { installation }: Site,
  limit: 'networkRequestsPerMinute' | 'egressBytesPerMinute',
  unit: string,
): Error {
  return limitReached(
    installation,
    'NETWORK_QUOTA',
    limit,
    (value) => `Expected at most ${value} ${unit} within a minute (${limit}), found more. Wait for the next minute.`,
  )
}

function readText(response: EgressResponse): string {
  const type = response.headers['content-type'] ?? ''
  const label = /charset=["']?([\w:-]{1,40})/i.exec(type)?.[1] ?? 'utf-8'
  try {
    return new TextDecoder(label, { fatal: true }).decode(response.body)
  } catch {
    // An unknown charset and bytes that are not text end the same way for the plugin.
    throw brokerError(
      'NETWORK_NOT_TEXT',
      `Expected a text body, found ${type === '' ? 'bytes without a content type' : type.slice(0, 80)}.`,
    )
  }
}
