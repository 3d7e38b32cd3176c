import { EntitySchema } from 'typeorm'
import { text, time } from './columns.ts'

/** Installations of a version, added up over all hosts that reported on this day. */
export interface ActiveRow {
  pluginId: string
  version: string
  /** `2026-11-21`, UTC. */
  day: string
  count: number
}

/** That a host reported for a day, told by a hash that nobody can go back from once its salt is gone. */
export interface ReporterRow {
  day: string
  reporter: string
}

/** A random value that lives as long as its day may still be reported. */
export interface SaltRow {
  day: string
  salt: string
  createdAt: string
}

export const activeInstallations = new EntitySchema<ActiveRow>({
  name: 'registry_active_installation',
  columns: {
    pluginId: { ...text(110), primary: true },
    version: { ...text(64), primary: true },
    day: { ...text(10), primary: true },
    count: { type: 'integer' },
  },
})

export const reporters = new EntitySchema<ReporterRow>({
  name: 'registry_statistic_reporter',
  columns: { day: { ...text(10), primary: true }, reporter: { ...text(64), primary: true } },
})

export const reporterSalts = new EntitySchema<SaltRow>({
  name: 'registry_statistic_salt',
  columns: { day: { ...text(10), primary: true }, salt: text(64), createdAt: time },
})
