import { configFlag, configInteger } from './config-values.ts'
import type { ConfigValues } from './config-field.ts'

/**
 * How the host guards callers and an MCP server against each other. Times in milliseconds; what is absent has the host's
 * default.
 */
export interface UpstreamLimits {
  /** Calls at once at each replica, 1 to 10,000; more wait. */
  readonly maxConcurrent?: number
  /** Calls that wait, 0 to 100,000; more fail with `UPSTREAM_BUSY`. */
  readonly maxQueued?: number
  /** How long a call waits before it fails with `UPSTREAM_BUSY`, 1 to 300,000. */
  readonly queueMs?: number
  /** How long a call may take before it fails with `CALL_TIMEOUT`, 10 to 300,000. */
  readonly callMs?: number
  /** Calls that broke off or got no answer within `breakerWindowMs` after which none goes through, 1 to 1,000. */
  readonly breakerFaults?: number
  /** 100 to 600,000. */
  readonly breakerWindowMs?: number
  /** How long calls fail with `UPSTREAM_OPEN` before one is let through, 100 to 30,000; doubles with each in vain. */
  readonly breakerOpenMs?: number
  /** Times a request that is safe to repeat is sent again after the connection broke, 0 to 5. */
  readonly retries?: number
  /** Whether tool calls are safe to repeat when the tool is annotated `readOnlyHint` or `idempotentHint`. */
  readonly retryTools?: boolean
  /** How often a quiet connection is asked whether it lives, 100 to 3,600,000; 0 asks never. */
  readonly probeMs?: number
  /** Users with a pool of their own at the same time, 1 to 10,000. */
  readonly maxUsers?: number
  /** After how long without a call a user's pool is closed, 1,000 to 86,400,000. */
  readonly userIdleMs?: number
}

const RANGES = {
  maxConcurrent: [1, 10_000],
  maxQueued: [0, 100_000],
  queueMs: [1, 300_000],
  callMs: [10, 300_000],
  breakerFaults: [1, 1_000],
  breakerWindowMs: [100, 600_000],
  breakerOpenMs: [100, 30_000],
  retries: [0, 5],
  probeMs: [0, 3_600_000],
  maxUsers: [1, 10_000],
  userIdleMs: [1_000, 86_400_000],
} as const satisfies Partial<Record<keyof UpstreamLimits, readonly [number, number]>>

/**
 * The limits in config fields named like the members of `UpstreamLimits`, of type `number`, and `retryTools` of type
 * `boolean`; `undefined` when none of them is set. Fails with `CONFIG_FIELD_TYPE` or `CONFIG_FIELD_RANGE`.
 */
export function configUpstreamLimits(config: ConfigValues): UpstreamLimits | undefined {
  const limits = Object.entries(RANGES).flatMap(([field, [least, most]]) => {
    const value = configInteger(config, field, least, most)
    return value === undefined ? [] : [[field, value] as const]
  })
  if (limits.length === 0 && config['retryTools'] === undefined) return undefined
  const retryTools = config['retryTools'] === undefined ? {} : { retryTools: configFlag(config, 'retryTools', false) }
  return { ...Object.fromEntries(limits), ...retryTools }
}
