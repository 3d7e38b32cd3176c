import type { UpstreamPoolView } from '../../contract/index.ts'
import type { PoolReadings, ReplicaReadings } from '../../gateway/upstream/pool/pool.ts'

/** The replicas of an upstream as people see them. */
export function upstreamPoolView({ replicas, ...counts }: PoolReadings): UpstreamPoolView {
  return { ...counts, replicas: replicas.map(replicaView) }
}

function replicaView({ address, owner, retryAt, lastError, ...plain }: ReplicaReadings) {
  return {
    ...plain,
    ...(address !== undefined && { address }),
    ...(owner !== undefined && { owner }),
    ...(retryAt !== undefined && { retryAt: retryAt.toISOString() }),
    ...(lastError !== undefined && { lastError: { ...lastError, at: lastError.at.toISOString() } }),
  }
}
