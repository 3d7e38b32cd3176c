import { createHash, randomBytes } from 'node:crypto'
import { type StatisticsStatement, statisticsStatement } from '../contract/host-statements.ts'
import { isUniqueViolation } from '../database/index.ts'
import { readStatement } from '../reviews/read-statement.ts'
import { reviewError } from '../reviews/errors.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { type Transaction, isBelow, isOneOf } from '../store/query.ts'
import { releases } from '../store/rows/release-rows.ts'
import { activeInstallations, reporterSalts, reporters } from '../store/rows/statistic-rows.ts'
import { dayBefore } from './days.ts'
import { MAX_COUNT_PER_HOST, REPORT_DAYS } from './limits.ts'

/**
 * Adds a host's installations of a day to the counts. That it reported is remembered as a hash under a salt of that day;
 * both are gone once the day can no longer be reported, and the counts tell nothing about hosts.
 */
export async function acceptReport(store: RegistryStore, statement: string): Promise<void> {
  const { host, said } = await readStatement(store, statement, statisticsStatement)
  if (said.day > dayBefore(0) || said.day < dayBefore(REPORT_DAYS)) {
    throw reviewError('STATEMENT_TIME', `Expected a day of the last ${REPORT_DAYS}, found ${said.day}.`)
  }
  try {
    await store.database.transaction(async (manager) => {
      await manager.delete(reporters, { day: isBelow(dayBefore(REPORT_DAYS)) })
      await manager.delete(reporterSalts, { day: isBelow(dayBefore(REPORT_DAYS)) })
      await manager.insert(reporters, { day: said.day, reporter: await reporterOf(manager, said.day, host.id) })
      await count(manager, said)
    })
  } catch (error) {
    // A host that reports a day again is not counted again.
    if (!isUniqueViolation(error)) throw error
  }
}

async function reporterOf(manager: Transaction, day: string, hostId: string): Promise<string> {
  const fresh = { day, salt: randomBytes(32).toString('hex'), createdAt: new Date().toISOString() }
  await manager.createQueryBuilder().insert().into(reporterSalts).values(fresh).orIgnore().execute()
  const { salt } = await manager.findOneByOrFail(reporterSalts, { day })
  return createHash('sha256').update(`${salt} ${day} ${hostId}`).digest('hex')
}

async function count(manager: Transaction, { day, installations }: StatisticsStatement): Promise<void> {
  const known = await manager.find(releases, {
    where: { pluginId: isOneOf([...new Set(installations.map(({ plugin }) => plugin))]) },
    select: { pluginId: true, version: true },
  })
  const isKnown = new Set(known.map(({ pluginId, version }) => `${pluginId}@${version}`))
  // In one order, so that hosts that report at once do not wait for each other in a circle.
  const sums = new Map<string, number>()
  for (const { plugin, version, count: reported } of installations) {
    const id = `${plugin}@${version}`
    if (isKnown.has(id)) sums.set(id, Math.min(MAX_COUNT_PER_HOST, (sums.get(id) ?? 0) + reported))
  }
  for (const [id, sum] of [...sums].toSorted(([left], [right]) => (left < right ? -1 : 1))) {
    const at = id.lastIndexOf('@')
    const key = { pluginId: id.slice(0, at), version: id.slice(at + 1), day }
    const zero = { ...key, count: 0 }
    await manager.createQueryBuilder().insert().into(activeInstallations).values(zero).orIgnore().execute()
    await manager.increment(activeInstallations, key, 'count', sum)
  }
}
