import type { JsonObject } from '@nexus/plugin-api'
import { requestMessage, type RpcMessage } from '../../gateway/json-rpc.ts'

/** What a client told its session, to be told to the one that takes its place. */
export class SessionMemory {
  /** Parameters of the client's `initialize`. */
  hello: JsonObject | undefined
  #logLevel: JsonObject | undefined
  readonly #uris = new Set<string>()

  note(messages: readonly RpcMessage[]): void {
    for (const message of messages) {
      if (message.kind !== 'request') continue
      const { method, params } = message.request
      const uri = params?.['uri']
      if (method === 'logging/setLevel') this.#logLevel = params
      else if (method === 'resources/subscribe' && typeof uri === 'string') this.#uris.add(uri)
      else if (method === 'resources/unsubscribe' && typeof uri === 'string') this.#uris.delete(uri)
    }
  }

  /** Requests that bring another session to the same state. */
  requests(): readonly JsonObject[] {
    const level =
      this.#logLevel === undefined ? [] : [requestMessage('nexus-connect-level', 'logging/setLevel', this.#logLevel)]
    const subscriptions = [...this.#uris].map((uri, index) =>
      requestMessage(`nexus-connect-${index}`, 'resources/subscribe', { uri }),
    )
    return [...level, ...subscriptions]
  }
}
