import { PLUGIN_ID } from '@nexus/plugin-api'
import type { Advisory } from '../contract/advisories.ts'
import type { AdvisoryRow } from '../store/rows/advisory-rows.ts'

/** A row as the contract shows it. */
export function toAdvisory(row: AdvisoryRow): Advisory {
  const plugin = row.packageName.slice(1)
  return {
    id: row.id,
    package: row.packageName,
    ...(row.packageName.startsWith('@') && PLUGIN_ID.test(plugin) ? { plugin } : {}),
    range: row.range,
    severity: row.severity,
    title: row.title,
    text: row.text,
    ...(row.fixedVersion === null ? {} : { fixedVersion: row.fixedVersion }),
    aliases: [...row.aliases],
    cwe: [...row.cwe],
    ...(row.cvss === null ? {} : { cvss: row.cvss }),
    references: [...row.links],
    publishedAt: row.publishedAt,
    updatedAt: row.updatedAt,
    ...(row.withdrawnAt === null ? {} : { withdrawnAt: row.withdrawnAt }),
    ...(row.withdrawReason === null ? {} : { withdrawReason: row.withdrawReason }),
  }
}
