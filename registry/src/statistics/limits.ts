/** How many days back a host may report. */
export const REPORT_DAYS = 2
/** What one host may say of one version: more is counted as this many, so that no host alone makes a plugin look used. */
export const MAX_COUNT_PER_HOST = 100
/** Days of a usual time that the last week is held against. */
export const USUAL_DAYS = 28
/** Downloads a week that nobody wonders about: keeps a plugin that went from 1 to 5 below one that went from 100 to 200. */
export const TREND_SMOOTHING = 10
export const DAY_MS = 24 * 60 * 60 * 1000
