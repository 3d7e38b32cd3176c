import { randomUUID } from 'node:crypto'
import { systemPrincipal } from '../../identity/principal.ts'
import { CONNECT_MS } from '../limits.ts'
import type { Upstream, UpstreamTable } from '../upstream/upstream.ts'

/** Which resources some client wants to hear of, counted per upstream: the last one who leaves ends the subscription. */
export interface Subscriptions extends Disposable {
  add(upstream: Upstream, uri: string): Promise<void>
  remove(upstream: Upstream, uri: string): Promise<void>
}

async function ask(upstream: Upstream, method: string, uri: string): Promise<void> {
  await upstream.request({
    method,
    params: { uri },
    requestId: randomUUID(),
    principal: systemPrincipal(upstream.workspaceId),
    signal: AbortSignal.timeout(CONNECT_MS),
  })
}

export function createSubscriptions(table: UpstreamTable): Subscriptions {
  const counts = new Map<string, Map<string, number>>()

  const watching = table.onChange((_workspaceId, upstreamId, change) => {
    const uris = counts.get(upstreamId)
    if (change.kind === 'removed') counts.delete(upstreamId)
    const upstream = table.get(upstreamId)
    if (uris === undefined || change.kind !== 'state' || upstream?.state() !== 'ready') return
    // A new connection knows nothing of the subscriptions of the lost one. One that fails shows as a missing update
    // only, as the server may not offer the resource any more.
    for (const uri of uris.keys()) ask(upstream, 'resources/subscribe', uri).catch(() => uris.delete(uri))
  })

  return {
    async add(upstream, uri) {
      const uris = counts.get(upstream.id) ?? new Map<string, number>()
      counts.set(upstream.id, uris)
      const count = uris.get(uri) ?? 0
      if (count === 0) await ask(upstream, 'resources/subscribe', uri)
      uris.set(uri, (uris.get(uri) ?? 0) + 1)
    },
    async remove(upstream, uri) {
      const uris = counts.get(upstream.id)
      const count = uris?.get(uri)
      if (uris === undefined || count === undefined) return
      if (count > 1) uris.set(uri, count - 1)
      else {
        uris.delete(uri)
        await ask(upstream, 'resources/unsubscribe', uri)
      }
    },
    [Symbol.dispose]: () => watching[Symbol.dispose](),
  }
}
