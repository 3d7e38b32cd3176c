/** What a finding means for a release: an error wants a person's decision, a warning is shown beside it. */
export type Severity = 'error' | 'warning'

/** Every rule of the static checks: what it costs and, in a few words, what it found. */
export const findingCodes = {
  PERMISSION_UNDECLARED: 'warning',
  PERMISSION_UNUSED: 'warning',
  CONTRIBUTION_UNDECLARED: 'error',
  CONTRIBUTION_NOT_SERVED: 'warning',
  CODE_EVAL: 'error',
  CODE_OBFUSCATED: 'error',
  CODE_PACKED: 'warning',
  CODE_KNOWN_BAD: 'error',
  CODE_HIDDEN: 'error',
  CODE_NODE: 'warning',
  CODE_NOT_SCANNED: 'error',
  CODE_LARGE: 'warning',
  BUNDLE_LARGE: 'warning',
  SECRET_FOUND: 'error',
  SECRET_LIKELY: 'warning',
  TEXT_INSTRUCTS: 'error',
  TEXT_SUSPICIOUS: 'warning',
  LICENSE_FILE_MISSING: 'warning',
} as const satisfies Record<string, Severity>

export type FindingCode = keyof typeof findingCodes

/** One thing that the static checks found. It never holds a secret, only where one is. */
export interface Finding {
  readonly code: FindingCode
  readonly severity: Severity
  /** Path below `package/`. */
  readonly file: string
  /** From 1; absent when the whole file is meant. */
  readonly line?: number
  readonly message: string
}

/** A finding before its severity was looked up. */
export function finding(code: FindingCode, place: { readonly file: string; readonly line?: number }, message: string) {
  return { code, severity: findingCodes[code], ...place, message } satisfies Finding
}

/** `held`: a person decides. `flagged`: admitted, with the findings shown. */
export type Verdict = 'passed' | 'flagged' | 'held'

/** What the static checks say of a release. */
export interface Scan {
  readonly verdict: Verdict
  readonly findings: readonly Finding[]
}

/** The verdict that follows from findings. */
export function verdictOf(findings: readonly Finding[]): Verdict {
  if (findings.some(({ severity }) => severity === 'error')) return 'held'
  return findings.length === 0 ? 'passed' : 'flagged'
}
