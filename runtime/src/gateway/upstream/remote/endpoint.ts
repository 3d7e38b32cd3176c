import type { JsonObject } from '@nexus/plugin-api'
import { gatewayError } from '../../errors.ts'
import type { EgressAnswer, HttpEgress } from './http-egress.ts'
import { networkError } from './http-error.ts'

/** Where a remote upstream is and how the host identifies itself there. */
export interface Endpoint {
  readonly label: string
  readonly url: string
  readonly egress: HttpEgress
  /** Headers of the installation, secrets filled in; asked for each request so that a rotated secret takes effect. */
  readonly headers: () => EndpointHeaders | Promise<EndpointHeaders>
}

/** At once where no secret has to be looked up. */
export type EndpointHeaders = Readonly<Record<string, string>>

/** Posts one JSON-RPC message. */
export async function postMessage(
  endpoint: Endpoint,
  message: JsonObject,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<EgressAnswer> {
  try {
    const own = endpoint.headers()
    return await endpoint.egress.request({
      url: endpoint.url,
      method: 'POST',
      headers: {
        ...(own instanceof Promise ? await own : own),
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...headers,
      },
      body: JSON.stringify(message),
      signal,
    })
  } catch (error) {
    throw networkError(error, endpoint.label)
  }
}

/** Messages that are on their way to one server: its calls, and answers to what it asked. */
export const MAX_MESSAGES_UNDER_WAY = 2_048

/** A server that asks faster than it takes the answers would fill the host's memory with them. */
export function floods(label: string): Error {
  return gatewayError(
    'UPSTREAM_PROTOCOL',
    `Expected ${label} to take the answers to what it asks, found ${MAX_MESSAGES_UNDER_WAY} of them on their way.`,
  )
}

/** Bytes of an answer nobody needs that are read to keep its connection. */
const MAX_DRAINED_BYTES = 65_536

/** Reads an answer that is of no interest to its end, so that the connection can be used again; a long one is cut off. */
export async function drain(answer: EgressAnswer): Promise<void> {
  if (answer.whole !== undefined) return
  let size = 0
  for await (const chunk of answer.body) {
    size += chunk.length
    if (size > MAX_DRAINED_BYTES) return
  }
}
