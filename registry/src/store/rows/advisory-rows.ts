import { EntitySchema } from 'typeorm'
import type { Advisory } from '../../contract/advisories.ts'
import { text, time } from './columns.ts'

export interface AdvisoryRow {
  id: string
  /** Counts up over all advisories; `npm audit` knows them by it. */
  number: number
  packageName: string
  range: string
  severity: Advisory['severity']
  title: string
  text: string
  fixedVersion: string | null
  aliases: readonly string[]
  cwe: readonly string[]
  cvss: string | null
  links: readonly string[]
  publishedAt: string
  publishedBy: string
  updatedAt: string
  withdrawnAt: string | null
  withdrawReason: string | null
}

export const advisories = new EntitySchema<AdvisoryRow>({
  name: 'registry_advisory',
  columns: {
    id: { ...text(24), primary: true },
    number: { type: 'integer' },
    packageName: text(214),
    range: text(200),
    severity: text(10),
    title: text(200),
    text: { type: 'text' },
    fixedVersion: { ...text(64), nullable: true },
    aliases: { type: 'simple-json' },
    cwe: { type: 'simple-json' },
    cvss: { ...text(200), nullable: true },
    links: { type: 'simple-json' },
    publishedAt: time,
    publishedBy: text(80),
    updatedAt: time,
    withdrawnAt: { ...time, nullable: true },
    withdrawReason: { ...text(500), nullable: true },
  },
  indices: [
    { name: 'registry_advisory_number', columns: ['number'], unique: true },
    { name: 'registry_advisory_package', columns: ['packageName'] },
    { name: 'registry_advisory_updated', columns: ['updatedAt', 'number'] },
  ],
})
