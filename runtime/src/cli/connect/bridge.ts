import { metaOf, type RpcMessage } from '../../gateway/json-rpc.ts'
import { META_VERSION, RPC } from '../../gateway/protocol.ts'
import type { Console } from '../console.ts'
import type { Access } from './access.ts'
import { type ClientPipe, openClientPipe } from './client-pipe.ts'
import { HostLink } from './host-link.ts'
import { type BridgeOptions, LegacyBridge } from './legacy-bridge.ts'
import { ModernBridge } from './modern-bridge.ts'
import { messagesOf } from './outcome.ts'

interface BridgeStart {
  readonly console: Console
  /** Finds the host and the token, each time they are needed anew. */
  readonly find: () => Promise<Access>
  readonly note: (line: string) => void
}

/** Methods that only clients without sessions use. */
const MODERN_ONLY: ReadonlySet<string> = new Set(['server/discover', 'subscriptions/listen'])

function isModern(message: RpcMessage | undefined): boolean {
  if (message?.kind === 'notification') return metaOf(message.notification.params)?.[META_VERSION] !== undefined
  if (message?.kind !== 'request') return false
  const { method, params } = message.request
  return MODERN_ONLY.has(method) || typeof metaOf(params)?.[META_VERSION] === 'string'
}

/**
 * Serves one client over standard input and output by the host's MCP endpoint, in whichever era the client speaks.
 * Resolves when the client has closed its end.
 */
export async function runBridge({ console, find, note }: BridgeStart): Promise<void> {
  const gone = new AbortController()
  const link = new HostLink(find, note)
  const pipe: ClientPipe = openClientPipe(console, (line) => take(line))
  const options: BridgeOptions = { link, pipe, signal: gone.signal, note }
  const legacy = new LegacyBridge(options)
  const modern = new ModernBridge(options)

  const take = (line: string): void => {
    let value: unknown
    try {
      value = JSON.parse(line)
    } catch {
      void pipe.write(
        JSON.stringify({
          jsonrpc: '2.0',
          id: null,
          error: { code: RPC.parse, message: 'Expected JSON on each line.' },
        }),
      )
      return
    }
    const messages = messagesOf(value)
    const [only] = messages
    if (Array.isArray(value)) void legacy.take(line, messages)
    else if (only?.kind === 'request' && isModern(only)) void modern.take(line, only.request)
    else if (!isForModern(modern, only)) void legacy.take(line, messages)
  }

  await pipe.closed
  gone.abort()
  await legacy.close()
  await link.close()
}

/** A client without sessions sends one notification only: that it wants a request cancelled. */
function isForModern(modern: ModernBridge, message: RpcMessage | undefined): boolean {
  if (message?.kind !== 'notification') return false
  const { method, params } = message.notification
  return (method === 'notifications/cancelled' && modern.cancel(params?.['requestId'])) || isModern(message)
}
