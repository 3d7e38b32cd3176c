import type { IncomingHttpHeaders } from 'node:http'
import type { JsonObject } from '@nexus/plugin-api'
import { metaOf } from '../json-rpc.ts'

/** Members of `_meta`, and headers of HTTP: W3C Trace Context and Baggage, as SEP-414 uses them. */
const TRACE_CONTEXT = ['traceparent', 'tracestate', 'baggage'] as const
/** The size that W3C Baggage asks everybody to carry. */
const MAX_VALUE = 8_192
/** What fits into a header without being able to end it. */
const HEADER_TEXT = /^[\x20-\x7E]+$/

function usable(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_VALUE && HEADER_TEXT.test(value)
}

/** `params` with the trace context of the headers, where the message itself has none. */
export function withTraceContext(params: JsonObject | undefined, headers: IncomingHttpHeaders): JsonObject | undefined {
  const { traceparent } = headers
  if (!usable(traceparent)) return params
  const meta = metaOf(params)
  if (meta?.['traceparent'] !== undefined) return params
  const found = TRACE_CONTEXT.flatMap((name) => (usable(headers[name]) ? [[name, headers[name]] as const] : []))
  return { ...params, _meta: { ...meta, ...Object.fromEntries(found) } }
}

/** The trace context of a message as headers, for servers that look for it there. */
export function traceHeaders(params: JsonObject | undefined): Readonly<Record<string, string>> {
  const meta = metaOf(params)
  if (!usable(meta?.['traceparent'])) return {}
  return Object.fromEntries(TRACE_CONTEXT.flatMap((name) => (usable(meta[name]) ? [[name, meta[name]] as const] : [])))
}
