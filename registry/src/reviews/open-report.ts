import { randomUUID } from 'node:crypto'
import type { HostStatement } from '../contract/host-statements.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { isNull } from '../store/query.ts'
import { type HostRow, type ReportRow, reports } from '../store/rows/review-rows.ts'
import { enqueueEvent } from '../webhooks/enqueue-event.ts'
import { findShown } from './find-shown.ts'
import { reviewError } from './errors.ts'

/** Reports a review, or the plugin itself, to the moderators: once for each person while it waits. */
export async function openReport(
  store: RegistryStore,
  host: HostRow,
  said: Extract<HostStatement, { kind: 'report.open' }>,
): Promise<void> {
  const reviewId = said.review ?? null
  await store.database.transaction(async (manager) => {
    if (said.review !== undefined) await findShown(manager, said.plugin, said.review)
    const waiting = await manager.findOneBy(reports, {
      pluginId: said.plugin,
      person: said.person,
      reviewId: said.review ?? isNull(),
      outcome: isNull(),
    })
    if (waiting !== null) {
      throw reviewError('REPORT_EXISTS', 'Expected one report of a person at a time, found one that waits already.')
    }
    const row: ReportRow = {
      id: randomUUID(),
      pluginId: said.plugin,
      reviewId,
      person: said.person,
      hostId: host.id,
      reason: said.reason,
      text: said.text ?? null,
      createdAt: new Date().toISOString(),
      outcome: null,
      decidedAt: null,
    }
    await manager.insert(reports, row)
    await enqueueEvent(manager, {
      type: 'report.opened',
      publisherId: said.plugin.split('/')[0] ?? '',
      data: { plugin: said.plugin, target: reviewId === null ? 'plugin' : 'review', reason: said.reason },
    })
  })
}
