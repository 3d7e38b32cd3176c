import { own } from '../guest-error.ts'
import { HostPromise, HostTypeError, create, defineProperty, toText, whenSettled } from '../primordials.ts'
import type { GuestAbortSignal } from './abort.ts'
import { fromBase64, toBase64 } from './bytes.ts'
import { GuestRequest, type RequestOptions, readRequest } from './request.ts'
import { type GuestResponse, receivedResponse } from './response.ts'

/** Asks the host for a capability. */
export type Ask = (capability: string, args: object) => Promise<unknown>

/** The standard has no time limit; this is the longest the broker takes. */
const LONGEST_MS = 60_000

/** The web's `fetch` over the broker's `network.fetch`. Source: Fetch Standard, 5.6. */
export function createFetch(ask: Ask): (input: unknown, init?: RequestOptions) => Promise<GuestResponse> {
  return async (input, init) => {
    const request = new GuestRequest(input, init)
    const { signal } = readRequest(request)
    signal?.throwIfAborted()
    try {
      return received(request, await untilAborted(ask('network.fetch', questionOf(request)), signal))
    } catch (error) {
      throw signal?.aborted === true ? signal.reason : failed(error)
    }
  }
}

function questionOf(request: GuestRequest): object {
  const { url, method, headers, content, secretHeaders } = readRequest(request)
  const plain: Record<string, string> = create(null)
  for (const [name, value] of headers) plain[name] = value
  const question: Record<string, unknown> = { url, method, headers: plain, timeoutMs: LONGEST_MS, binary: true }
  if (secretHeaders !== undefined) question.secretHeaders = secretHeaders
  if (typeof content === 'string') question.body = content
  else if (content !== undefined) question.bodyBase64 = toBase64(content)
  return question
}

function received(request: GuestRequest, answer: unknown): GuestResponse {
  const text = own(answer, 'body')
  const url = toText(own(answer, 'url'))
  const [asked = ''] = request.url.split('#', 1)
  return receivedResponse({
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- answered by the host
    ...(answer as { readonly status: number; readonly headers: Readonly<Record<string, string>> }),
    url,
    redirected: url !== asked,
    content: typeof text === 'string' ? text : fromBase64(toText(own(answer, 'bodyBase64'))),
  })
}

/** The broker goes on with a request that nobody waits for any more; its bytes still count. */
function untilAborted(work: Promise<unknown>, signal: GuestAbortSignal | undefined): Promise<unknown> {
  if (signal === undefined) return work
  return new HostPromise((resolve, reject) => {
    const aborted = (): void => reject(signal.reason)
    signal.addEventListener('abort', aborted, { once: true })
    const settled =
      <Value>(settle: (value: Value) => void) =>
      (value: Value): void => {
        signal.removeEventListener('abort', aborted)
        settle(value)
      }
    whenSettled(work, settled(resolve), settled(reject))
  })
}

/** The standard's TypeError, with the host's code on it and the host's error as its cause. */
function failed(error: unknown): unknown {
  const code = own(error, 'code')
  if (typeof code !== 'string') return error
  const { message } = error instanceof Error ? error : { message: 'fetch failed' }
  const failure = new HostTypeError(message, { cause: error })
  defineProperty(failure, 'code', { value: code, enumerable: true, writable: true, configurable: true })
  return failure
}
