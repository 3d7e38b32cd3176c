import { randomUUID } from 'node:crypto'
import type { PoolReadings } from '../../../../runtime/src/gateway/upstream/pool/pool.ts'
import {
  openRemoteUpstream,
  type RemoteUpstreamOptions,
} from '../../../../runtime/src/gateway/upstream/open-remote-upstream.ts'
import type { Upstream } from '../../../../runtime/src/gateway/upstream/upstream.ts'
import type { Principal } from '../../../../runtime/src/identity/principal.ts'
import { identity, openEgress, principal } from '../harness.ts'

const alice = principal('alice')

interface Asked {
  readonly method?: string
  readonly name?: string
  readonly who?: Principal
  readonly signal?: AbortSignal
}

/** Asks an upstream the way the router does; resolves to the text of the first content block. */
export async function ask(upstream: Upstream, asked: Asked = {}): Promise<string> {
  const { method = 'tools/call', name = 'go', who = alice, signal = new AbortController().signal } = asked
  const params = method === 'tools/call' ? { name, arguments: {} } : { uri: 'raw://one' }
  const result = await upstream.request({
    method,
    params,
    requestId: randomUUID(),
    principal: who,
    client: { key: who.id, era: 'legacy', capabilities: {}, info: undefined, logLevel: undefined },
    signal,
  })
  const blocks = result.value()[method === 'tools/call' ? 'content' : 'contents']
  const [first] = Array.isArray(blocks) ? blocks : []
  return typeof first === 'object' && first !== null && 'text' in first ? String(first.text) : ''
}

export function readingsOf(upstream: Upstream): PoolReadings {
  const readings = upstream.pool?.()?.readings()
  if (readings === undefined) throw new Error('Expected an upstream with replicas.')
  return readings
}

/** A remote upstream over the network as it is. */
export function remote(url: string, options: Partial<RemoteUpstreamOptions> = {}): Upstream {
  return openRemoteUpstream({
    identity: identity('raw'),
    url,
    egress: openEgress,
    headers: () => Promise.resolve({}),
    ...options,
  })
}
