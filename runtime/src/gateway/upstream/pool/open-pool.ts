import type { UpstreamIdentity } from '../reconnecting-upstream.ts'
import type { Upstream, UpstreamKind } from '../upstream.ts'
import { type PoolLimits, poolLimits } from './limits.ts'
import { ReplicaSet } from './replica-set.ts'
import type { ReplicaSpec } from './replica.ts'
import { UserPools } from './user-pools.ts'

/** How the connections to one upstream are shared and bounded. */
export interface PoolSettings {
  /** One pool for everybody, or one for each user; default `shared`. */
  readonly sharing?: 'shared' | 'perUser'
  /** What differs from the defaults. */
  readonly limits?: Partial<PoolLimits>
}

interface PoolOptions extends PoolSettings {
  readonly identity: UpstreamIdentity
  readonly kind: UpstreamKind
  /** What a pool is made of; `owner` is absent for a shared one and for the host's own. */
  readonly replicasOf: (owner: string | undefined, limits: PoolLimits) => readonly ReplicaSpec[]
}

/** Makes one upstream of replicas, and of users where each has replicas of their own. */
export function openPool({ identity, kind, sharing = 'shared', limits: given, replicasOf }: PoolOptions): Upstream {
  const limits = poolLimits(given)
  if (sharing === 'shared') return new ReplicaSet(identity, replicasOf(undefined, limits), { kind, limits })
  return new UserPools(identity, { kind, limits, replicasOf: (owner) => replicasOf(owner, limits) })
}
