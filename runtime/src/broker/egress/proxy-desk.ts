import { errorCode } from '@nexus/plugin-api'
import type { NetworkGrant } from '../../grants/grant.ts'
import type { SandboxLimits } from '../../sandbox/profile.ts'
import { type BrokerErrorCode, brokerError, brokerErrors } from '../errors.ts'
import { createMinuteBudget } from '../minute-budget.ts'
import { type EgressTarget, checkTarget } from './check-target.ts'
import type { EgressWatch } from './egress.ts'
import { type ResolveHost, createPinnedLookup, resolveWithSystem } from './pinned-client.ts'

export interface EgressProxyOptions {
  /** All hosts that may be reached. */
  readonly grants: readonly NetworkGrant[]
  readonly limits: Pick<SandboxLimits, 'egressBytesPerMinute' | 'networkRequestsPerMinute'>
  /** Counts requests, and bytes in both directions. */
  readonly watch: EgressWatch
  /** Told of every attempt that was refused, and why. */
  readonly refused: (error: Error) => void
  readonly resolve?: ResolveHost
}

/** Checks, counts and refuses for one process. */
export interface ProxyDesk {
  /** The target of a request, counted against the requests of the minute. Throws a coded error. */
  admit(url: string, method: string, grants: readonly NetworkGrant[], verbs: readonly string[]): EgressTarget
  readonly grants: readonly NetworkGrant[]
  /** Counts bytes of either direction. Throws when the minute is used up. */
  count(bytes: number): void
  connectOptions(target: EgressTarget): { host: string; port: number; lookup: ReturnType<typeof createPinnedLookup> }
  refuse(error: unknown): { readonly status: number; readonly text: string }
}

/** Opens the desk; its minutes begin with it. */
export function createDesk({
  grants,
  limits,
  watch,
  refused,
  resolve = resolveWithSystem,
}: EgressProxyOptions): ProxyDesk {
  const requests = createMinuteBudget(Date.now)
  const bytes = createMinuteBudget(Date.now)
  const lookups = { public: createPinnedLookup(false, resolve), private: createPinnedLookup(true, resolve) }
  return {
    grants,
    admit(url, method, granted, verbs) {
      const target = checkTarget(url, method, granted)
      if (!requests.take(1, limits.networkRequestsPerMinute))
        throw usedUp('networkRequestsPerMinute', limits, 'requests')
      for (const verb of verbs) watch.sending(target, verb, 0)
      return target
    },
    count(amount) {
      if (!bytes.take(amount, limits.egressBytesPerMinute)) throw usedUp('egressBytesPerMinute', limits, 'bytes')
      watch.received(amount)
    },
    connectOptions({ url, grant }) {
      const isHttps = url.protocol === 'https:'
      return {
        host: url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, ''),
        port: url.port === '' ? (isHttps ? 443 : 80) : Number(url.port),
        lookup: grant.allowPrivateAddresses ? lookups.private : lookups.public,
      }
    },
    refuse(error) {
      const own = ownError(error)
      refused(own.error)
      return { status: brokerErrors[own.code].status, text: `${own.code}: ${own.error.message}\n` }
    },
  }
}

function usedUp(limit: keyof EgressProxyOptions['limits'], limits: EgressProxyOptions['limits'], unit: string): Error {
  const value = limits[limit]
  return brokerError(
    'NETWORK_QUOTA',
    `Expected at most ${value} ${unit} within a minute (${limit}), found more. Wait for the next minute.`,
    { details: { limit, value } },
  )
}

/** A coded error of the broker passes; anything else is a connection that failed, told without addresses. */
function ownError(error: unknown): { readonly code: BrokerErrorCode; readonly error: Error } {
  const code = errorCode(error)
  if (error instanceof Error && code !== undefined && isBrokerCode(code)) return { code, error }
  const inner =
    error instanceof AggregateError
      ? error.errors.map(ownError).find(({ code: found }) => found !== 'NETWORK_FAILED')
      : undefined
  return (
    inner ?? {
      code: 'NETWORK_FAILED',
      error: brokerError('NETWORK_FAILED', `Expected a connection, found ${code ?? 'a broken one'}.`),
    }
  )
}

function isBrokerCode(code: string): code is BrokerErrorCode {
  return Object.hasOwn(brokerErrors, code)
}
