import type { GrantedUse } from '../grants/list-grants.ts'
import type { SandboxLimits } from '../sandbox/profile.ts'
import type { CapabilityCall } from '../sandbox/sandbox.ts'
import type { BrokerUsage, CapabilityUse, GrantUse } from './broker.ts'
import { type MinuteBudget, createMinuteBudget } from './minute-budget.ts'

/** The limits that hold for one minute. */
export type MinuteLimit = keyof SandboxLimits & `${string}PerMinute`

export type EgressLimit = 'egressBytesPerCall' | 'egressBytesPerMinute'

type EgressLimits = Pick<SandboxLimits, EgressLimit>

/** Running numbers of one capability; written by whoever runs it. */
export interface CapabilityCounter {
  calls: number
  denied: number
  limited: number
  lastUsedMs: number
}

/**
 * Counters of one installation. They outlive its ports: neither a restart of the plugin nor a second version beside the
 * first gives it a fresh minute.
 */
export interface BrokerMeter {
  /** The limits that hold from now on: an update or an admin may change them. */
  limitTo(limits: EgressLimits): void
  /** Counts a call; the counter is for what becomes of it. */
  called(capability: string): CapabilityCounter
  /** Counts a call of something that is no capability; it has no name here, or a plugin could fill the memory with names. */
  calledUnknown(): CapabilityCounter
  /** Notes that a grant served a call. `name` and `verb` as `listGrants` has them. */
  used(family: GrantedUse['family'], name: string, verb: string): void
  /**
   * Counts bytes that arrived from the network, and names the limit that they passed. Work outside of calls shares one
   * budget per minute, as large as a call's.
   */
  received(call: CapabilityCall, bytes: number): EgressLimit | undefined
  /** Counts bytes that are about to be sent; when they no longer fit into the minute, counts nothing and answers false. */
  send(bytes: number): boolean
  logged(bytes: number): void
  minute(limit: MinuteLimit): MinuteBudget
  usage(): BrokerUsage
}

/** Creates the counters. Until `limitTo` was called, nothing may pass. */
export function createMeter(now: () => number = Date.now): BrokerMeter {
  let limits: EgressLimits = { egressBytesPerCall: 0, egressBytesPerMinute: 0 }
  const counters = new Map<string, CapabilityCounter>()
  const uses = new Map<string, GrantedUse & { uses: number; lastUsedMs: number }>()
  const perCall = new Map<string, number>()
  const background = createMinuteBudget(now)
  const minutes = new Map<MinuteLimit, MinuteBudget>()
  const unknown = newCounter()
  let egressBytes = 0
  let logBytes = 0
  const minute = (limit: MinuteLimit): MinuteBudget => {
    const known = minutes.get(limit)
    if (known !== undefined) return known
    const created = createMinuteBudget(now)
    minutes.set(limit, created)
    return created
  }
  const receivedInCall = (requestId: string, signal: AbortSignal, bytes: number): boolean => {
    const before = perCall.get(requestId)
    const total = (before ?? 0) + bytes
    perCall.set(requestId, total)
    // The count goes when the call does.
    if (before === undefined) signal.addEventListener('abort', () => perCall.delete(requestId), { once: true })
    return total <= limits.egressBytesPerCall
  }
  const receivedOutside = (bytes: number): boolean => {
    background.add(bytes)
    return background.left(limits.egressBytesPerCall + 1) > 0
  }
  return {
    limitTo: (changed) => {
      limits = changed
    },
    called(capability) {
      let counter = counters.get(capability)
      if (counter === undefined) {
        counter = newCounter()
        counters.set(capability, counter)
      }
      counter.calls += 1
      counter.lastUsedMs = now()
      return counter
    },
    calledUnknown() {
      unknown.calls += 1
      return unknown
    },
    used(family, name, verb) {
      const key = `${family} ${verb} ${name}`
      const known = uses.get(key)
      if (known === undefined) uses.set(key, { family, name, verb, uses: 1, lastUsedMs: now() })
      else {
        known.uses += 1
        known.lastUsedMs = now()
      }
    },
    received({ requestId, signal }, bytes) {
      egressBytes += bytes
      minute('egressBytesPerMinute').add(bytes)
      const fits = requestId === undefined ? receivedOutside(bytes) : receivedInCall(requestId, signal, bytes)
      if (!fits) return 'egressBytesPerCall'
      // One more than the limit: what fits exactly leaves one byte.
      return minute('egressBytesPerMinute').left(limits.egressBytesPerMinute + 1) > 0
        ? undefined
        : 'egressBytesPerMinute'
    },
    send(bytes) {
      if (!minute('egressBytesPerMinute').take(bytes, limits.egressBytesPerMinute)) return false
      egressBytes += bytes
      return true
    },
    logged: (bytes) => {
      logBytes += bytes
    },
    minute,
    usage: () => ({
      ...sumOf([...counters.values(), unknown]),
      egressBytes,
      logBytes,
      byCapability: Object.fromEntries([...counters].map(([name, counter]) => [name, readCounter(counter)])),
      used: [...uses.values()].map(readUse),
    }),
  }
}

function newCounter(): CapabilityCounter {
  return { calls: 0, denied: 0, limited: 0, lastUsedMs: 0 }
}

function sumOf(counters: readonly CapabilityCounter[]) {
  const sum = { calls: 0, denied: 0, limited: 0 }
  for (const { calls, denied, limited } of counters) {
    sum.calls += calls
    sum.denied += denied
    sum.limited += limited
  }
  return sum
}

function readCounter({ calls, denied, limited, lastUsedMs }: CapabilityCounter): CapabilityUse {
  return { calls, denied, limited, lastUsedAt: new Date(lastUsedMs).toISOString() }
}

function readUse({ lastUsedMs, ...use }: GrantedUse & { uses: number; lastUsedMs: number }): GrantUse {
  return { ...use, lastUsedAt: new Date(lastUsedMs).toISOString() }
}
