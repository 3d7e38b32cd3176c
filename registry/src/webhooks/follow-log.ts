import { logStatement } from '../contract/log.ts'
import { readSize } from '../log/read-log.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { isAtLeast } from '../store/query.ts'
import { type LogRow, logEntries } from '../store/rows/log-rows.ts'
import { followers } from '../store/rows/webhook-rows.ts'
import { type HookEvent, enqueueEvent } from './enqueue-event.ts'
import { LOG_PAGE } from './limits.ts'

const NAME = 'webhooks'

/** Begins to follow at the end of the log, once; afterwards where it stopped. */
export async function startFollowing(store: RegistryStore): Promise<void> {
  const start = { name: NAME, position: await readSize(store) }
  await store.database.createQueryBuilder().insert().into(followers).values(start).orIgnore().execute()
}

/** Queues what is new in the log. Position and deliveries move together, so that nothing is told twice or never. */
export async function followLog(store: RegistryStore): Promise<void> {
  const at = await store.database.getRepository(followers).findOneByOrFail({ name: NAME })
  if ((await readSize(store)) <= at.position) return
  await store.database.transaction(async (manager) => {
    const { position } = await manager.findOneByOrFail(followers, { name: NAME })
    const rows = await manager.find(logEntries, {
      where: { leafIndex: isAtLeast(position) },
      order: { leafIndex: 'asc' },
      take: LOG_PAGE,
    })
    const moved = await manager.update(followers, { name: NAME, position }, { position: position + rows.length })
    // Another process on this database was faster.
    if (moved.affected === 0) return
    for (const row of rows) await enqueueEvent(manager, toEvent(row))
  })
}

function toEvent(row: LogRow): HookEvent {
  const { entry, time } = logStatement.parse(JSON.parse(row.statement))
  const { kind, ...facts } = entry
  const publisherId = 'publisherId' in entry ? entry.publisherId : (entry.id.split('/')[0] ?? '')
  return { type: kind, publisherId, at: time, data: { ...facts, logIndex: row.leafIndex } }
}
