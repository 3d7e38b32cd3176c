import { satisfies } from 'semver'
import type { BulkAdvisoryAnswer, BulkAdvisoryRequest } from '../contract/advisories.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { isOneOf } from '../store/query.ts'
import { type AdvisoryRow, advisories } from '../store/rows/advisory-rows.ts'
import { cvssScore } from './cvss-score.ts'
import { advisoryError } from './errors.ts'
import { BULK_CHUNK, MAX_BULK_PACKAGES } from './limits.ts'

/**
 * Answers `npm audit`: of all packages asked about, the advisories that affect one of the versions named.
 * `registryUrl` is where the advisories can be read, without a slash at the end.
 */
export async function bulkAdvisories(
  store: RegistryStore,
  request: BulkAdvisoryRequest,
  registryUrl: string,
): Promise<BulkAdvisoryAnswer> {
  const names = Object.keys(request)
  if (names.length > MAX_BULK_PACKAGES) {
    throw advisoryError(
      'ADVISORY_BULK_SIZE',
      `Expected at most ${MAX_BULK_PACKAGES} packages, found ${names.length}. Ask in parts.`,
    )
  }
  const answer = new Map<string, BulkAdvisoryAnswer[string]>()
  for (let at = 0; at < names.length; at += BULK_CHUNK) {
    const rows = await store.database
      .getRepository(advisories)
      .find({ where: { packageName: isOneOf(names.slice(at, at + BULK_CHUNK)) }, order: { number: 'asc' } })
    for (const row of rows) {
      if (!affects(row, request[row.packageName] ?? [])) continue
      answer.set(row.packageName, [...(answer.get(row.packageName) ?? []), describe(row, registryUrl)])
    }
  }
  return Object.fromEntries(answer)
}

function affects(row: AdvisoryRow, versions: readonly string[]): boolean {
  if (row.withdrawnAt !== null) return false
  return versions.some((version) => satisfies(version, row.range, { includePrerelease: true }))
}

function describe(row: AdvisoryRow, registryUrl: string): BulkAdvisoryAnswer[string][number] {
  return {
    id: row.number,
    url: `${registryUrl}/api/v1/advisories/${row.id}`,
    title: row.title,
    severity: row.severity,
    vulnerable_versions: row.range,
    cwe: [...row.cwe],
    cvss: { score: row.cvss === null ? 0 : cvssScore(row.cvss), vectorString: row.cvss },
  }
}
