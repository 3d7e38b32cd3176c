import type { RegistryLogger } from '../logger.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { isBelow, isNull } from '../store/query.ts'
import { type DeliveryRow, deliveries, webhooks } from '../store/rows/webhook-rows.ts'
import { type DeliverOptions, deliver } from './deliver.ts'
import { followLog, startFollowing } from './follow-log.ts'
import { HISTORY_MS, LOOK_MS, MAX_DELIVERIES, RETRY_MS } from './limits.ts'

export interface DispatcherOptions extends Partial<DeliverOptions> {
  readonly logger: RegistryLogger
  /** How often to look, milliseconds. */
  readonly lookMs?: number
}

/** Follows the log and sends what is due, one delivery of a webhook at a time. Closing waits for those on their way. */
export async function openDispatcher(store: RegistryStore, options: DispatcherOptions): Promise<AsyncDisposable> {
  const { logger, lookMs = LOOK_MS, retryMs = RETRY_MS, privateTargets = [] } = options
  await startFollowing(store)
  await forgetOld(store)
  const underWay = new Map<string, Promise<void>>()
  let timer: NodeJS.Timeout | undefined
  let closed = false
  const report = (error: unknown) =>
    logger.error({ reason: error instanceof Error ? error.message : 'unknown' }, 'Webhooks could not be sent.')
  const start = (delivery: DeliveryRow): void => {
    if (closed || underWay.has(delivery.webhookId) || underWay.size >= MAX_DELIVERIES) return
    const work = send(store, delivery, { retryMs, privateTargets }).catch(report)
    underWay.set(delivery.webhookId, work)
    void work.finally(() => underWay.delete(delivery.webhookId))
  }
  const look = async (): Promise<void> => {
    try {
      await followLog(store)
      for (const delivery of await due(store, [...underWay.keys()])) start(delivery)
    } catch (error) {
      report(error)
    }
  }
  let looking = Promise.resolve()
  const turn = (): void => {
    looking = look().finally(() => {
      if (!closed) timer = setTimeout(turn, lookMs).unref()
    })
  }
  turn()
  return {
    async [Symbol.asyncDispose]() {
      closed = true
      clearTimeout(timer)
      await looking
      await Promise.all(underWay.values())
    },
  }
}

async function send(store: RegistryStore, delivery: DeliveryRow, options: DeliverOptions): Promise<void> {
  const webhook = await store.database.getRepository(webhooks).findOneBy({ id: delivery.webhookId })
  if (webhook !== null && webhook.disabledAt === null) await deliver(store, webhook, delivery, options)
}

/** The oldest due delivery of each webhook that is in use and has none on its way. */
async function due(store: RegistryStore, busy: readonly string[]): Promise<readonly DeliveryRow[]> {
  const builder = store.database
    .getRepository(deliveries)
    .createQueryBuilder('delivery')
    .innerJoin(webhooks.options.name, 'webhook', 'webhook.id = delivery.webhookId AND webhook.disabledAt IS NULL')
    .where("delivery.state = 'waiting' AND delivery.nextAttemptAt <= :now", { now: new Date().toISOString() })
  if (busy.length > 0) builder.andWhere('delivery.webhookId NOT IN (:...busy)', { busy })
  const rows = await builder
    .orderBy('delivery.nextAttemptAt', 'ASC')
    .take(MAX_DELIVERIES * 4)
    .getMany()
  return [...new Map(rows.toReversed().map((row) => [row.webhookId, row])).values()]
}

/** A delivery without a next attempt is finished. */
async function forgetOld(store: RegistryStore): Promise<void> {
  await store.database.getRepository(deliveries).delete({
    createdAt: isBelow(new Date(Date.now() - HISTORY_MS).toISOString()),
    nextAttemptAt: isNull(),
  })
}
