/** Runs of each property: 2,000 by default, 100,000 in the nightly mode (`NEXUS_FUZZ_RUNS=100000`). */
export const FUZZ_RUNS = Number(process.env['NEXUS_FUZZ_RUNS'] ?? 2_000)

/** Runs of a property that starts a process each time. */
export const PROCESS_RUNS = Math.max(10, Math.round(FUZZ_RUNS / 100))

/** Time for a property of `FUZZ_RUNS`, on a machine that does other things too. */
export const FUZZ_TIMEOUT_MS = 60_000 + FUZZ_RUNS * 20
