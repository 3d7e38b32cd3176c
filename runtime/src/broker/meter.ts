import type { GrantedUse } from '../grants/list-grants.ts'
import type { SandboxLimits } from '../sandbox/profile.ts'
import type { CapabilityCall } from '../sandbox/sandbox.ts'
import type { BrokerUsage, CapabilityUse } from './broker.ts'
import { type EgressLimit, type EgressLimits, createEgressCounter } from './egress-counter.ts'
import { createGrantUses } from './grant-uses.ts'
import { type MinuteBudget, createMinuteBudget } from './minute-budget.ts'

/** The limits that hold for one minute. */
export type MinuteLimit = Exclude<keyof SandboxLimits & `${string}PerMinute`, 'egressBytesPerMinute'>

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
  /** Counts bytes that arrived from the network, and names the limit that they passed. */
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
  const uses = createGrantUses(now)
  const egress = createEgressCounter(now)
  const minutes = new Map<MinuteLimit, MinuteBudget>()
  const unknown = newCounter()
  let logBytes = 0
  return {
    limitTo: (changed) => {
      limits = changed
    },
    called(capability) {
      const counter = found(counters, capability, newCounter)
      counter.calls += 1
      counter.lastUsedMs = now()
      return counter
    },
    calledUnknown() {
      unknown.calls += 1
      return unknown
    },
    used: (family, name, verb) => uses.note(family, name, verb),
    received: (call, bytes) => egress.received(call, bytes, limits),
    send: (bytes) => egress.send(bytes, limits),
    logged: (bytes) => {
      logBytes += bytes
    },
    minute: (limit) => found(minutes, limit, () => createMinuteBudget(now)),
    usage: () => ({
      ...sumOf([...counters.values(), unknown]),
      egressBytes: egress.total(),
      logBytes,
      byCapability: Object.fromEntries([...counters].map(([name, counter]) => [name, readCounter(counter)])),
      used: uses.list(),
    }),
  }
}

/** The entry of a key, made when it is missing. */
function found<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
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
