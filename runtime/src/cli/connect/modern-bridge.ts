import { setTimeout as pause } from 'node:timers/promises'
import { type JsonObject, errorCode } from '@nexus/plugin-api'
import { isJsonObject, notificationMessage, type RpcId, type RpcRequest } from '../../gateway/json-rpc.ts'
import { META_SUBSCRIPTION_ID, RPC } from '../../gateway/protocol.ts'
import type { HostLink, Reply } from './host-link.ts'
import type { BridgeOptions } from './legacy-bridge.ts'
import { HELLO_PATIENCE_MS, PATIENCE_MS, REOPEN_MS } from './limits.ts'
import { ModernHeaders } from './modern-headers.ts'
import { failAll, messagesOf, parse, passRefusal, settle, type Unanswered } from './outcome.ts'
import { readReply } from './read-reply.ts'
import { isRepeatable } from './repeatable.ts'

/** Requests of clients without sessions (2026-07-28): each stands alone, and closing its connection cancels it. */
export class ModernBridge {
  readonly #options: BridgeOptions
  readonly #headers = new ModernHeaders()
  readonly #running = new Map<RpcId, AbortController>()

  constructor(options: BridgeOptions) {
    this.#options = options
  }

  /** Whether a cancellation is for a request of this kind; it is then ended. */
  cancel(id: unknown): boolean {
    const running = typeof id === 'string' || typeof id === 'number' ? this.#running.get(id) : undefined
    running?.abort()
    return running !== undefined
  }

  /** Takes one request. Never rejects: what goes wrong is said to the client. */
  async take(text: string, request: RpcRequest): Promise<void> {
    const own = new AbortController()
    const signal = AbortSignal.any([own.signal, this.#options.signal])
    const unanswered: Unanswered = new Set([request.id])
    this.#running.set(request.id, own)
    try {
      if (request.method === 'subscriptions/listen') await this.#listen(text, request, unanswered, signal)
      else await this.#ask(text, request, unanswered, signal)
      if (unanswered.size > 0 && !signal.aborted) throw new Error('The answer ended early.')
    } catch (error) {
      if (!signal.aborted) await failAll(this.#options.pipe, unanswered, error)
    } finally {
      this.#running.delete(request.id)
    }
  }

  async #ask(text: string, request: RpcRequest, unanswered: Unanswered, signal: AbortSignal): Promise<void> {
    try {
      await this.#askOnce(text, request, unanswered, signal)
    } catch (error) {
      const repeatable = isRepeatable({ kind: 'request', request })
      if (!repeatable || errorCode(error)?.startsWith('CLI_') === true || signal.aborted) throw error
      await this.#askOnce(text, request, unanswered, signal)
    }
  }

  async #askOnce(text: string, request: RpcRequest, unanswered: Unanswered, signal: AbortSignal): Promise<void> {
    const reply = await this.#post(text, request, signal)
    if (reply.status < 300) return this.#pass(reply, request, unanswered)
    const refusal = await lastLineOf(reply)
    const learnt = isHeaderMismatch(refusal) && (await this.#learnTools(request, signal))
    if (!learnt) return passRefusal(this.#options.pipe, unanswered, reply.status, refusal, this.#options.note)
    const again = await this.#post(text, request, signal)
    if (again.status < 300) return this.#pass(again, request, unanswered)
    return passRefusal(this.#options.pipe, unanswered, again.status, await lastLineOf(again), this.#options.note)
  }

  #pass(reply: Reply, request: RpcRequest, unanswered: Unanswered): Promise<void> {
    return readReply(reply, async (line) => {
      settle(unanswered, line)
      if (request.method === 'tools/list') this.#headers.rememberTools(line)
      await this.#options.pipe.write(line)
    })
  }

  /** A client that never listed the tools does not know which of their parameters go into headers; nor does this side. */
  async #learnTools({ method, params }: RpcRequest, signal: AbortSignal): Promise<boolean> {
    const name = params?.['name']
    if (method !== 'tools/call' || typeof name !== 'string' || this.#headers.knows(name)) return false
    const listed: RpcRequest = {
      id: 'nexus-connect',
      method: 'tools/list',
      params: isJsonObject(params?.['_meta']) ? { _meta: params['_meta'] } : {},
    }
    const reply = await this.#post(JSON.stringify({ jsonrpc: '2.0', ...listed }), listed, signal)
    this.#headers.rememberTools(await lastLineOf(reply))
    return this.#headers.knows(name)
  }

  /**
   * A subscription lasts until the client ends it, whatever happens to the host: the stream is opened again, and the
   * client is told that everything it watches may have changed meanwhile.
   */
  async #listen(text: string, request: RpcRequest, unanswered: Unanswered, signal: AbortSignal): Promise<void> {
    for (let round = 0; !signal.aborted; round += 1) {
      const reply = await this.#post(text, request, signal, Number.POSITIVE_INFINITY)
      if (reply.status >= 300) {
        return passRefusal(this.#options.pipe, unanswered, reply.status, await lastLineOf(reply), this.#options.note)
      }
      if (round > 0) for (const notice of noticesFor(request)) await this.#options.pipe.write(JSON.stringify(notice))
      await this.#passNotices(reply, round === 0).catch(() => undefined)
      await pause(REOPEN_MS, undefined, { signal }).catch(() => undefined)
    }
  }

  /** The host's own end of a subscription is not the client's: only what comes between is passed on. */
  #passNotices(reply: Reply, acknowledges: boolean): Promise<void> {
    return readReply(reply, async (line) => {
      const [message] = messagesOf(parse(line))
      if (message?.kind !== 'notification') return
      if (!acknowledges && message.notification.method === 'notifications/subscriptions/acknowledged') return
      await this.#options.pipe.write(line)
    })
  }

  #post(
    body: string,
    request: RpcRequest,
    signal: AbortSignal,
    patienceMs = request.method === 'server/discover' ? HELLO_PATIENCE_MS : PATIENCE_MS,
  ): ReturnType<HostLink['send']> {
    const own = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }
    const headers = { ...own, ...this.#headers.of(request) }
    return this.#options.link.send({ method: 'POST', headers, body, signal, patienceMs })
  }
}

async function lastLineOf(reply: Reply): Promise<string> {
  let last = ''
  await readReply(reply, (line) => {
    last = line
    return Promise.resolve()
  })
  return last
}

function isHeaderMismatch(line: string): boolean {
  const [message] = messagesOf(parse(line))
  return message?.kind === 'response' && message.response.error?.code === RPC.headerMismatch
}

/** Notices of everything that a subscription watches. */
function noticesFor({ id, params }: RpcRequest): readonly JsonObject[] {
  const wanted = isJsonObject(params?.['notifications']) ? params['notifications'] : {}
  const own = { _meta: { [META_SUBSCRIPTION_ID]: id } }
  const lists = ['tools', 'prompts', 'resources']
    .filter((kind) => wanted[`${kind}ListChanged`] === true)
    .map((kind) => notificationMessage(`notifications/${kind}/list_changed`, own))
  const uris = Array.isArray(wanted['resourceSubscriptions']) ? wanted['resourceSubscriptions'] : []
  return [...lists, ...uris.map((uri) => notificationMessage('notifications/resources/updated', { uri, ...own }))]
}
