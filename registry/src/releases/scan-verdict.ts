import type { Scan } from '../checks/finding.ts'
import type { ScanVerdict } from '../contract/statements.ts'

/** What the registry signs about a scan. A release with errors is here only because a moderator let it through. */
export function toScanVerdict({ verdict, findings }: Scan): ScanVerdict {
  return { verdict: verdict === 'passed' ? 'passed' : 'warned', findings: findings.length }
}

/** Why the static checks want a person to look, in a sentence; `undefined` when they do not. */
export function reasonOfScan(scan: Scan | undefined): string | undefined {
  const found = scan?.findings.find(({ severity }) => severity === 'error')
  if (found === undefined) return undefined
  const place = found.line === undefined ? found.file : `${found.file}:${found.line}`
  return `${found.code} in ${place}: ${found.message}`.slice(0, 500)
}
