import { setTimeout as pause } from 'node:timers/promises'
import { errorCode } from '@nexus/plugin-api'
import { Agent, request } from 'undici'
import { cliError } from '../errors.ts'
import { STREAM_SILENCE_MS } from '../limits.ts'
import type { Access } from './access.ts'
import { CALL_MS, FIRST_PAUSE_MS, LONGEST_PAUSE_MS } from './limits.ts'

/** What the host answered; the body must be read to its end. */
export interface Reply {
  readonly status: number
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body: AsyncIterable<Uint8Array>
}

export interface Sent {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly signal: AbortSignal
  /** How long to wait for a host that is not there. */
  readonly patienceMs: number
}

/** Nobody listened, so nothing was sent. */
const NOT_SENT: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'CLI_NO_HOST',
])

function unreachable(found: string) {
  return cliError('CLI_UNREACHABLE', `Expected the host to answer, found ${found}. Is it running?`)
}

/** One header as text. */
export function headerOf({ headers }: Reply, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' || value === undefined ? value : value[0]
}

/**
 * The way to the host. What was provably not sent waits for the host to come back; what may have been sent fails, and
 * whoever sent it decides. The token stands in a header and nowhere else.
 */
export class HostLink {
  readonly #find: () => Promise<Access>
  readonly #note: (line: string) => void
  readonly #agent = new Agent({ headersTimeout: CALL_MS, bodyTimeout: STREAM_SILENCE_MS })
  #access: Access | undefined
  #isAway = false

  constructor(find: () => Promise<Access>, note: (line: string) => void) {
    this.#find = find
    this.#note = note
  }

  /** Fails with `CLI_UNREACHABLE` or `CLI_NO_HOST` when the host did not come back in time. */
  async send(sent: Sent): Promise<Reply> {
    const deadline = Date.now() + sent.patienceMs
    for (let wait = FIRST_PAUSE_MS; ; wait = Math.min(wait * 2, LONGEST_PAUSE_MS)) {
      const reply = await this.#attempt(sent)
      if (!(reply instanceof Error)) {
        this.#tellBack()
        return reply
      }
      this.#tellAway(reply)
      if (Date.now() + wait > deadline) throw reply
      await pause(wait, undefined, { signal: sent.signal })
    }
  }

  close(): Promise<void> {
    return this.#agent.destroy()
  }

  /** An error when nothing was sent, and why. */
  async #attempt(sent: Sent, again = false): Promise<Reply | Error> {
    try {
      const access = (this.#access ??= await this.#find())
      const reply = await this.#request(access, sent)
      if (reply.status === 503 && headerOf(reply, 'retry-after') !== undefined) {
        await drain(reply)
        return unreachable('it still starting')
      }
      if (reply.status !== 401 || again) return reply
      return (await this.#hasOther(access)) ? await this.#attempt(sent, true) : reply
    } catch (error) {
      const code = errorCode(error) ?? ''
      if (!NOT_SENT.has(code)) throw error
      this.#access = undefined
      return code === 'CLI_NO_HOST' && error instanceof Error ? error : unreachable(code)
    }
  }

  /** The host may have been started anew, or the token in its file be another by now. */
  async #hasOther({ url, token }: Access): Promise<boolean> {
    this.#access = await this.#find()
    return this.#access.url !== url || this.#access.token !== token
  }

  async #request({ url, token, workspace }: Access, { method, headers, body, signal }: Sent): Promise<Reply> {
    const answer = await request(url, {
      method,
      dispatcher: this.#agent,
      signal,
      headers: {
        ...headers,
        authorization: `Bearer ${token}`,
        ...(workspace !== undefined && { 'x-nexus-workspace': workspace }),
      },
      ...(body !== undefined && { body }),
    })
    return { status: answer.statusCode, headers: answer.headers, body: answer.body }
  }

  #tellAway({ message }: Error): void {
    if (!this.#isAway) this.#note(`Waiting for the host. ${message}`)
    this.#isAway = true
  }

  #tellBack(): void {
    if (this.#isAway) this.#note('The host is back.')
    this.#isAway = false
  }
}

/** Reads an answer of no interest to its end, so that its connection can be used again. */
export async function drain({ body }: Reply): Promise<void> {
  for await (const chunk of body) void chunk
}
