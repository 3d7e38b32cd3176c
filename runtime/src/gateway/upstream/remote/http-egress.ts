/** One request over the host's safe way out. */
export interface EgressRequest {
  readonly url: string
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly signal: AbortSignal
}

/** An answer whose body is still arriving. */
export interface EgressAnswer {
  readonly status: number
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body: AsyncIterable<Uint8Array>
  /** All of a body that did not have to be waited for as a stream. */
  readonly whole?: Uint8Array
}

/**
 * The only way a remote upstream reaches the network: whoever implements it checks host, port and address (SSRF) and
 * keeps connections warm. Rejects with a coded error; `ECONNREFUSED` and the like may stay as Node names them.
 */
export interface HttpEgress {
  request(request: EgressRequest): Promise<EgressAnswer>
}

/** One header as text. */
export function headerOf(answer: EgressAnswer, name: string): string | undefined {
  const value = answer.headers[name]
  return typeof value === 'string' || value === undefined ? value : value[0]
}
