import type { FetchLike } from '@modelcontextprotocol/client'
import { gatewayError } from '../../../errors.ts'
import type { EgressAnswer, HttpEgress } from '../http-egress.ts'
import { OAUTH_ANSWER_MS, OAUTH_BODY_BYTES } from './limits.ts'

/** `fetch` for the SDK's helpers, over the checked way out: metadata names addresses that nobody has checked. */
export function fetchOverEgress(egress: HttpEgress): FetchLike {
  return async (url, init) => {
    const method = init?.method ?? 'GET'
    if (method !== 'GET' && method !== 'POST')
      throw gatewayError('UPSTREAM_PROTOCOL', `Expected GET or POST toward an authorization server, found ${method}.`)
    const body = bodyText(init?.body)
    const answer = await egress.request({
      url: String(url),
      method,
      headers: Object.fromEntries(new Headers(init?.headers)),
      ...(body === undefined ? {} : { body }),
      signal: AbortSignal.timeout(OAUTH_ANSWER_MS),
    })
    const bytes = await readBounded(answer)
    const headers = new Headers()
    for (const [name, value] of Object.entries(answer.headers))
      if (value !== undefined) headers.set(name, typeof value === 'string' ? value : value.join(', '))
    const isBodiless = bytes.length === 0 || answer.status === 204 || answer.status === 304
    return new Response(isBodiless ? null : Buffer.from(bytes), { status: answer.status, headers })
  }
}

function bodyText(body: unknown): string | undefined {
  if (body === undefined || body === null) return undefined
  if (typeof body === 'string') return body
  if (body instanceof URLSearchParams) return body.toString()
  throw gatewayError('UPSTREAM_PROTOCOL', 'Expected a form or text toward an authorization server, found another body.')
}

async function readBounded(answer: EgressAnswer): Promise<Uint8Array> {
  if (answer.whole !== undefined) return answer.whole
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of answer.body) {
    size += chunk.length
    if (size > OAUTH_BODY_BYTES) {
      const problem = `Expected at most ${OAUTH_BODY_BYTES} bytes from an authorization server, found more.`
      throw gatewayError('UPSTREAM_TOO_LARGE', problem)
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, size)
}
