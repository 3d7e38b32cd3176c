/** How often the registry is asked for advisories that changed, milliseconds. */
export const ADVISORY_LOOK_MS = 10 * 60_000
/** How often to look whether today was reported, milliseconds. */
export const REPORT_LOOK_MS = 60 * 60_000
/** Advisories on one page. */
export const ADVISORY_PAGE = 100
/** Plugins and versions in one report. */
export const MAX_REPORTED = 500
/** How far back the copy begins to read again, milliseconds: clocks differ, and pages may change while they are read. */
export const ADVISORY_OVERLAP_MS = 60_000
