import { Agent as PlainAgent, type IncomingMessage, request as requestPlain } from 'node:http'
import { Agent as SecureAgent, request as requestSecure } from 'node:https'
import { REGISTRY_TIMEOUT_MS } from './limits.ts'

export interface HttpCall {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array | string | undefined
  readonly signal: AbortSignal
  /** The body may be silent for as long as it likes; by default as long as the head. */
  readonly isQuiet?: boolean
}

/** An answer whose body is still arriving: read it to its end, or `discard` it. */
export interface HttpAnswer {
  readonly statusCode: number
  readonly body: IncomingMessage
  discard(): void
}

/** Connections to a registry, kept for the next request. Redirects are not followed. */
export interface HttpAgent {
  request(url: URL | string, call: HttpCall): Promise<HttpAnswer>
  destroy(): Promise<void>
}

/** Node's own client: a host asks its registry seldom, and a second client would only take memory. */
export function createHttpAgent(): HttpAgent {
  const plain = new PlainAgent({ keepAlive: true })
  const secure = new SecureAgent({ keepAlive: true })
  const send = (url: URL, call: HttpCall, isAgain: boolean): Promise<HttpAnswer> => {
    const { method = 'GET', headers = {}, body, signal, isQuiet = false } = call
    const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>()
    const options = { method, headers: { ...headers, ...lengthOf(body) }, signal, timeout: REGISTRY_TIMEOUT_MS }
    const sent =
      url.protocol === 'https:'
        ? requestSecure(url, { ...options, agent: secure })
        : requestPlain(url, { ...options, agent: plain })
    sent.on('timeout', () => sent.destroy(new Error('Expected an answer in time, found none.')))
    sent.on('response', (answer) => {
      if (isQuiet) sent.setTimeout(0)
      resolve({ statusCode: answer.statusCode ?? 0, body: answer, discard: () => void answer.resume() })
    })
    sent.on('error', (error) => {
      // The server may close a kept connection in the very moment it is used again.
      const isStale = sent.reusedSocket && 'code' in error && error.code === 'ECONNRESET'
      if (isStale && method === 'GET' && !isAgain) resolve(send(url, call, true))
      else reject(error)
    })
    sent.end(body)
    return promise
  }
  return {
    request: (url, call) => send(new URL(url), call, false),
    destroy() {
      plain.destroy()
      secure.destroy()
      return Promise.resolve()
    },
  }
}

function lengthOf(body: HttpCall['body']): Readonly<Record<string, string>> {
  return body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
}
