import type { NetworkHandler } from '@nexus/plugin-api/testing'
import { checkTarget } from '../../broker/egress/check-target.ts'
import { brokerError } from '../../broker/errors.ts'
import type { Egress, EgressRequest, EgressResponse } from '../../broker/index.ts'
import { type Exchange, keyOf, keyOfExchange, toExchange, toResponse } from './recording.ts'

type Network = Pick<Egress, 'request'>

/** A network whose answers the test gives. */
export function playedNetwork(handler: NetworkHandler): Network {
  return network(async ({ method = 'GET', url, headers = {}, body }) => {
    const text = body === undefined ? undefined : Buffer.from(body).toString('utf8')
    const answer = await handler({ method, url, headers: lowerCase(headers), body: text })
    const { body: said = '' } = answer
    const isText = typeof said === 'string'
    return {
      status: answer.status ?? 200,
      headers: { ...(!isText && { 'content-type': 'application/json' }), ...lowerCase(answer.headers ?? {}) },
      url,
      body: Buffer.from(isText ? said : JSON.stringify(said)),
    }
  })
}

/** A network that answers as it did when it was recorded; equal requests get their answers in order, then the last. */
export function replayedNetwork(exchanges: readonly Exchange[], file: string): Network {
  const left = new Map<string, Exchange[]>()
  for (const exchange of exchanges) {
    const key = keyOfExchange(exchange)
    left.set(key, [...(left.get(key) ?? []), exchange])
  }
  return network(async (request) => {
    const answers = left.get(keyOf(request)) ?? []
    const found = answers.length > 1 ? answers.shift() : answers[0]
    if (found !== undefined) return toResponse(found)
    throw brokerError(
      'NETWORK_FAILED',
      `Expected a recorded answer to ${request.method ?? 'GET'} ${request.url} in ${file}, found none. Record it with \`nexus test --record\`, or play it with \`openPlugin({ network })\`.`,
    )
  })
}

/** The real network, written down. */
export function recordedNetwork(inner: Network, exchanges: Exchange[], hide: (text: string) => string): Network {
  return {
    async request(request) {
      const response = await inner.request(request)
      exchanges.push(toExchange(request, response, hide))
      return response
    },
  }
}

/** Refuses, counts and bounds as the real way out does, then asks `answer` in the place of a host. */
function network(answer: (request: EgressRequest) => Promise<EgressResponse>): Network {
  return {
    async request(request) {
      const { url, method = 'GET', grants, watch, maxBytes, signal } = request
      const target = checkTarget(url, method, grants)
      signal.throwIfAborted()
      watch?.sending(target, method, url.length + Buffer.byteLength(request.body ?? ''))
      const response = await answer(request)
      if (response.body.length > maxBytes)
        throw brokerError('NETWORK_TOO_LARGE', `Expected an answer of at most ${maxBytes} bytes, found more.`)
      watch?.received(response.body.length)
      return response
    },
  }
}

function lowerCase(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
}
