import { setTimeout as pause } from 'node:timers/promises'
import { type JsonObject, errorCode } from '@nexus/plugin-api'
import {
  isJsonObject,
  notificationMessage,
  requestMessage,
  type RpcMessage,
  type RpcRequest,
} from '../../gateway/json-rpc.ts'
import { cliError } from '../errors.ts'
import type { ClientPipe } from './client-pipe.ts'
import { drain, headerOf, type HostLink, type Reply } from './host-link.ts'
import { GOODBYE_MS, HELLO_PATIENCE_MS, MAX_RESUMPTIONS, PATIENCE_MS, REOPEN_MS, UNWANTED_MS } from './limits.ts'
import { failAll, messagesOf, parse, passRefusal, reasonOf, requestIdsOf, settle, type Unanswered } from './outcome.ts'
import { readReply, type StreamPlace } from './read-reply.ts'
import { isRepeatable } from './repeatable.ts'
import { SessionMemory } from './session-memory.ts'

interface HostSession {
  readonly id: string
  readonly protocolVersion: string
}

export interface BridgeOptions {
  readonly link: HostLink
  readonly pipe: ClientPipe
  /** Aborts when the client is gone. */
  readonly signal: AbortSignal
  /** Something people may want to know, for standard error. */
  readonly note: (line: string) => void
}

const SESSION_HEADER = 'mcp-session-id'

/**
 * One client with sessions (2024-10-07 to 2025-11-25) and the session it has at the host. When the host forgot it,
 * another takes its place, with the same log level and subscriptions; the client is told that the lists may be others.
 */
export class LegacyBridge {
  readonly #options: BridgeOptions
  readonly #memory = new SessionMemory()
  #session: HostSession | undefined
  /** Done when what must come first has arrived at the host. */
  #opening: Promise<void> = Promise.resolve()
  #renewing: Promise<void> | undefined
  #stream = new AbortController()

  constructor(options: BridgeOptions) {
    this.#options = options
  }

  /** Takes one line of the client. Never rejects: what goes wrong is said to the client. */
  async take(text: string, messages: readonly RpcMessage[]): Promise<void> {
    const unanswered = requestIdsOf(messages)
    try {
      await this.#forward(text, messages, unanswered)
    } catch (error) {
      if (!this.#options.signal.aborted) await failAll(this.#options.pipe, unanswered, error)
    }
  }

  /** Ends the session at the host; it ends by itself when this courtesy does not arrive. */
  async close(): Promise<void> {
    if (this.#session === undefined) return
    const signal = AbortSignal.timeout(GOODBYE_MS)
    const sent = { method: 'DELETE', headers: this.#headers(), signal, patienceMs: 0 } as const
    await this.#options.link.send(sent).then(drain, () => undefined)
  }

  async #forward(text: string, messages: readonly RpcMessage[], unanswered: Unanswered): Promise<void> {
    const [only] = messages
    if (only?.kind === 'request' && only.request.method === 'initialize') {
      const opened = this.#opening.then(() => this.#initialize(text, only.request, unanswered))
      this.#opening = opened.catch(() => undefined)
      return opened
    }
    this.#memory.note(messages)
    if (only?.kind === 'notification' && only.notification.method === 'notifications/initialized') {
      const told = this.#opening.then(() => this.#deliver(text, unanswered, false))
      this.#opening = told.catch(() => undefined)
      await told
      void this.#listen()
      return
    }
    await this.#opening
    await this.#deliver(text, unanswered, messages.every(isRepeatable))
  }

  async #initialize(text: string, request: RpcRequest, unanswered: Unanswered): Promise<void> {
    const reply = await this.#post(text, {}, HELLO_PATIENCE_MS)
    if (reply.status >= 300) return this.#refuse(reply, unanswered)
    await readReply(reply, async (line) => {
      this.#session = sessionOf(reply, line) ?? this.#session
      this.#memory.hello = request.params
      settle(unanswered, line)
      await this.#options.pipe.write(line)
    })
  }

  /** Sends a body and passes on all that comes back, over as many streams as it takes. */
  async #deliver(text: string, unanswered: Unanswered, repeatable: boolean): Promise<void> {
    try {
      await this.#deliverOnce(text, unanswered)
    } catch (error) {
      if (!repeatable || errorCode(error)?.startsWith('CLI_') === true || this.#options.signal.aborted) throw error
      await this.#deliverOnce(text, unanswered)
    }
  }

  async #deliverOnce(text: string, unanswered: Unanswered): Promise<void> {
    const session = this.#session
    const reply = await this.#post(text, this.#headers())
    if (reply.status === 404 && session !== undefined) {
      // A server that does not know the session has not looked at the message.
      await drain(reply)
      await this.#renew(session)
      return this.#collect(await this.#post(text, this.#headers()), unanswered)
    }
    return this.#collect(reply, unanswered)
  }

  async #collect(first: Reply, unanswered: Unanswered): Promise<void> {
    if (first.status >= 300) return this.#refuse(first, unanswered)
    const place: StreamPlace = { lastEventId: undefined, retryMs: undefined }
    let reply = first
    for (let round = 0; ; round += 1) {
      const broke = await this.#read(reply, unanswered, place)
      if (unanswered.size === 0) return
      if (place.lastEventId === undefined || round === MAX_RESUMPTIONS) throw broke
      await pause(place.retryMs ?? REOPEN_MS, undefined, { signal: this.#options.signal })
      reply = await this.#get(place.lastEventId, this.#options.signal)
      if (reply.status >= 300) {
        await drain(reply)
        throw broke
      }
    }
  }

  /** Reads a stream to its end and says how it ended. */
  async #read(reply: Reply, unanswered: Unanswered, place: StreamPlace): Promise<Error> {
    try {
      const pass = async (line: string) => {
        settle(unanswered, line)
        await this.#options.pipe.write(line)
      }
      await readReply(reply, pass, place)
      return new Error('The answer ended early.')
    } catch (cause) {
      return new Error('The answer broke off.', { cause })
    }
  }

  async #refuse(reply: Reply, unanswered: Unanswered): Promise<void> {
    const { pipe, note } = this.#options
    let text = ''
    await readReply(reply, (line) => {
      text = line
      return Promise.resolve()
    })
    await passRefusal(pipe, unanswered, reply.status, text, note)
  }

  /** Keeps the stream open over which the host tells what nobody asked for. */
  async #listen(): Promise<void> {
    const place: StreamPlace = { lastEventId: undefined, retryMs: undefined }
    this.#stream.abort()
    const stream = new AbortController()
    this.#stream = stream
    const signal = AbortSignal.any([stream.signal, this.#options.signal])
    while (!signal.aborted) {
      let wait = place.retryMs ?? REOPEN_MS
      try {
        const session = this.#session
        const reply = await this.#get(place.lastEventId, signal, Number.POSITIVE_INFINITY)
        if (reply.status < 300) await readReply(reply, (line) => this.#options.pipe.write(line), place)
        else {
          await drain(reply)
          place.lastEventId = undefined
          if (reply.status === 404 && session !== undefined) await this.#renew(session)
        }
      } catch (error) {
        // The stream broke, or the host is not back yet: both are tried again. One that wants no session is not pressed.
        if (errorCode(error) === 'CLI_SESSION') wait = UNWANTED_MS
      }
      await pause(wait, undefined, { signal }).catch(() => undefined)
    }
  }

  #renew(stale: HostSession): Promise<void> {
    if (this.#session !== stale) return Promise.resolve()
    this.#renewing ??= this.#renewNow(stale).finally(() => (this.#renewing = undefined))
    return this.#renewing
  }

  async #renewNow(stale: HostSession): Promise<void> {
    const { note, pipe } = this.#options
    const reply = await this.#post(
      JSON.stringify(requestMessage('nexus-connect', 'initialize', this.#memory.hello)),
      {},
    )
    let session: HostSession | undefined
    let said = ''
    await readReply(reply, (line) => {
      session = sessionOf(reply, line)
      said = reasonOf(line)
      return Promise.resolve()
    })
    if (session?.protocolVersion !== stale.protocolVersion) {
      throw cliError(
        'CLI_SESSION',
        `Expected the host to open another session in place of one that is over, found HTTP ${reply.status}${said}. Restart the client.`,
      )
    }
    this.#session = session
    note('The host forgot the session; another one was opened.')
    await this.#tell(notificationMessage('notifications/initialized', undefined))
    for (const request of this.#memory.requests()) await this.#tell(request)
    for (const kind of ['tools', 'prompts', 'resources']) {
      await pipe.write(JSON.stringify(notificationMessage(`notifications/${kind}/list_changed`, undefined)))
    }
  }

  async #tell(message: JsonObject): Promise<void> {
    await drain(await this.#post(JSON.stringify(message), this.#headers()))
  }

  #headers(): Record<string, string> {
    if (this.#session === undefined) return {}
    return { [SESSION_HEADER]: this.#session.id, 'mcp-protocol-version': this.#session.protocolVersion }
  }

  #post(body: string, headers: Record<string, string>, patienceMs = PATIENCE_MS): Promise<Reply> {
    const { link, signal } = this.#options
    const own = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }
    return link.send({ method: 'POST', headers: { ...own, ...headers }, body, signal, patienceMs })
  }

  #get(lastEventId: string | undefined, signal: AbortSignal, patienceMs = PATIENCE_MS): Promise<Reply> {
    const resume = lastEventId === undefined ? {} : { 'last-event-id': lastEventId }
    const headers = { accept: 'text/event-stream', ...this.#headers(), ...resume }
    return this.#options.link.send({ method: 'GET', headers, signal, patienceMs })
  }
}

/** The session that an answer to `initialize` opened. */
function sessionOf(reply: Reply, line: string): HostSession | undefined {
  const id = headerOf(reply, SESSION_HEADER)
  const [message] = messagesOf(parse(line))
  const result = message?.kind === 'response' ? message.response.result : undefined
  const version = isJsonObject(result) ? result['protocolVersion'] : undefined
  return id === undefined || typeof version !== 'string' ? undefined : { id, protocolVersion: version }
}
