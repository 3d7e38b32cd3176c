import { gatewayError } from '../../gateway/errors.ts'
import type { UpstreamPool } from '../../gateway/upstream/pool/pool.ts'
import type { Upstream } from '../../gateway/upstream/upstream.ts'
import type { Principal } from '../../identity/principal.ts'
import type { ServedRoute } from '../exchange.ts'
import type { HttpPorts } from '../ports.ts'
import { serveRoute } from '../serve-route.ts'
import { upstreamView } from '../views/upstream.ts'

export function upstreamRoutes({ upstreams, audit }: Pick<HttpPorts, 'upstreams' | 'audit'>): readonly ServedRoute[] {
  const find = (workspaceId: string, label: string): { readonly upstream: Upstream; readonly pool: UpstreamPool } => {
    const upstream = upstreams.list(workspaceId).find((candidate) => candidate.label === label)
    if (upstream === undefined) {
      const problem = `Expected the label of an upstream of this workspace, found \`${label}\`. GET /api/v1/tools lists them.`
      throw gatewayError('UPSTREAM_UNKNOWN', problem)
    }
    const pool = upstream.pool?.()
    if (pool !== undefined) return { upstream, pool }
    throw gatewayError(
      'UPSTREAM_FIXED',
      `Expected an upstream with replicas, found \`${label}\`, which runs inside the host. Restart its plugin instead.`,
    )
  }
  const record = ({ workspaceId, id: actor }: Principal, action: string, target: string, requestId: string) =>
    audit.record({ workspaceId, actor, action, target, outcome: 'ok', requestId })

  return [
    serveRoute('restartUpstream', async ({ params, principal, requestId }) => {
      const { upstream, pool } = find(principal.workspaceId, params.label)
      await pool.restart()
      record(principal, 'upstream.restarted', upstream.label, requestId)
      return await upstreamView(upstream)
    }),
    serveRoute('drainReplica', async ({ params, principal, requestId }) => {
      const { upstream, pool } = find(principal.workspaceId, params.label)
      pool.drain(params.replica)
      record(principal, 'upstream.drained', `${upstream.label}/${params.replica}`, requestId)
      return await upstreamView(upstream)
    }),
    serveRoute('resumeReplica', async ({ params, principal, requestId }) => {
      const { upstream, pool } = find(principal.workspaceId, params.label)
      pool.resume(params.replica)
      record(principal, 'upstream.resumed', `${upstream.label}/${params.replica}`, requestId)
      return await upstreamView(upstream)
    }),
  ]
}
