import type { Principal } from '../../identity/principal.ts'
import type { VirtualServerRow } from '../../store/virtual-server-row.ts'
import { gatewayError } from '../errors.ts'
import { MAX_RATED_PRINCIPALS } from './limits.ts'

const MINUTE_MS = 60_000

/** Holds as many calls as a minute allows and fills evenly: a quiet minute may be used at once, not saved for later. */
interface Bucket {
  calls: number
  at: number
}

interface ServerBuckets {
  /** In the order of their last use. */
  readonly byPrincipal: Map<string, Bucket>
  readonly total: Bucket
}

/**
 * Counts the calls of virtual servers that have a limit. Counts are of this process: hosts that share a database each
 * let the whole limit pass.
 */
export class CallRates {
  readonly #servers = new Map<string, ServerBuckets>()
  readonly #now: () => number

  /** `now` in milliseconds, never going back. */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** Takes one call or fails with `SERVER_RATE_LIMITED`; a call that is refused takes nothing from anybody. */
  take(server: VirtualServerRow | undefined, principal: Principal): void {
    if (server === undefined) return
    const { perPrincipal, total } = server.rate
    if (perPrincipal === undefined && total === undefined) return
    const now = this.#now()
    const buckets = this.#bucketsOf(server, now)
    const own = perPrincipal === undefined ? undefined : ownBucket(buckets, principal.id, perPrincipal, now)
    if (own !== undefined && perPrincipal !== undefined) {
      requireRoom(own, perPrincipal, now, `\`${server.name}\` by one caller`)
    }
    if (total !== undefined) {
      requireRoom(buckets.total, total, now, `\`${server.name}\` by all callers together`)
      buckets.total.calls -= 1
    }
    if (own !== undefined) own.calls -= 1
  }

  /** Forgets a server that is gone. */
  forget(serverId: string): void {
    this.#servers.delete(serverId)
  }

  #bucketsOf({ id, rate }: VirtualServerRow, now: number): ServerBuckets {
    const known = this.#servers.get(id)
    if (known !== undefined) return known
    const made: ServerBuckets = { byPrincipal: new Map(), total: { calls: rate.total ?? 0, at: now } }
    this.#servers.set(id, made)
    return made
  }
}

function ownBucket({ byPrincipal }: ServerBuckets, principal: string, perMinute: number, now: number): Bucket {
  const bucket = byPrincipal.get(principal) ?? { calls: perMinute, at: now }
  byPrincipal.delete(principal)
  byPrincipal.set(principal, bucket)
  const [oldest] = byPrincipal.keys()
  if (byPrincipal.size > MAX_RATED_PRINCIPALS && oldest !== undefined) byPrincipal.delete(oldest)
  return bucket
}

/** Fills the bucket up to now; a limit that was changed counts from here on. */
function requireRoom(bucket: Bucket, perMinute: number, now: number, what: string): void {
  bucket.calls = Math.min(perMinute, bucket.calls + ((now - bucket.at) * perMinute) / MINUTE_MS)
  bucket.at = now
  if (bucket.calls >= 1) return
  const retryAfterMs = Math.ceil(((1 - bucket.calls) * MINUTE_MS) / perMinute)
  throw gatewayError(
    'SERVER_RATE_LIMITED',
    `Expected at most ${perMinute} calls a minute of ${what}, found more. Try again in ${Math.ceil(retryAfterMs / 1000)} s.`,
    { details: { retryAfterMs, perMinute } },
  )
}
