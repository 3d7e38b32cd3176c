/**
 * How much stands between a child process and the machine. `contained`: own namespaces and file system view;
 * `limits`: resource limits and a clean environment only; `none`: a clean environment and its own process group.
 */
export type ContainmentLevel = (typeof CONTAINMENT_LEVELS)[number]

/** Every level, the weakest first. */
export const CONTAINMENT_LEVELS = ['none', 'limits', 'contained'] as const

/** True when `level` holds at least what `minimum` holds. */
export function isAtLeast(level: ContainmentLevel, minimum: ContainmentLevel): boolean {
  return CONTAINMENT_LEVELS.indexOf(level) >= CONTAINMENT_LEVELS.indexOf(minimum)
}

/** What is active around a child process; shown by `nexus doctor` and in the UI. */
export interface Containment {
  readonly level: ContainmentLevel
  /** Layers in force, for example `bubblewrap`, `network-namespace`, `prlimit`, `node-permission`. */
  readonly layers: readonly string[]
  /** Why a layer is missing, one sentence each; empty when everything is in force. */
  readonly missing: readonly string[]
}
