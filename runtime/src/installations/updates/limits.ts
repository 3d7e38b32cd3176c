/** Versions beside the present one whose files stay, so that going back needs no registry. */
export const KEPT_VERSIONS = 3
/** Changes that are remembered of one installation. */
export const HISTORY_ROWS = 100
/** How often approved updates are looked at, milliseconds. */
export const TICK_MS = 20_000
/** By how much the time between two looks for newer releases varies, so that hosts do not ask all at once. */
export const CHECK_JITTER = 0.25
/** Events of a registry's feed that come together lead to one look, milliseconds. */
export const FEED_PAUSE_MS = 500
/** So often a release that a dying host interrupted is tried again by itself. */
export const INTERRUPTED_TRIES = 2
/** After so long a node that took an approved update is held for dead, milliseconds. */
export const APPLYING_MS = 15 * 60_000
/** Longest changelog that a plan carries, characters of HTML. */
export const MAX_CHANGELOG = 100_000
/** Packages of a bill of materials that are compared. */
export const MAX_COMPONENTS = 5_000
