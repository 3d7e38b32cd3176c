import { randomUUID } from 'node:crypto'
import type { WebhookEvent } from '../contract/webhooks.ts'
import { type Transaction, isNull } from '../store/query.ts'
import { type DeliveryRow, deliveries, webhooks } from '../store/rows/webhook-rows.ts'

/** Something that the webhooks of a publisher may hear of. */
export interface HookEvent {
  readonly type: WebhookEvent
  readonly publisherId: string
  readonly data: Readonly<Record<string, unknown>>
  /** ISO 8601; now when absent. */
  readonly at?: string
}

/** Queues an event for every webhook that asked for it, inside the transaction that makes it true. */
export async function enqueueEvent(manager: Transaction, event: HookEvent): Promise<void> {
  const rows = await manager.findBy(webhooks, { publisherId: event.publisherId, disabledAt: isNull() })
  const wanted = rows.filter(({ events }) => events.includes(event.type))
  if (wanted.length > 0)
    await manager.insert(
      deliveries,
      wanted.map(({ id }) => newDelivery(id, event)),
    )
}

export function newDelivery(webhookId: string, { type, data, at }: Omit<HookEvent, 'publisherId'>): DeliveryRow {
  const now = new Date().toISOString()
  return {
    id: `msg_${randomUUID().replaceAll('-', '')}`,
    webhookId,
    event: type,
    payload: JSON.stringify({ type, timestamp: at ?? now, data }),
    createdAt: now,
    state: 'waiting',
    attempts: 0,
    nextAttemptAt: now,
    deliveredAt: null,
    lastAnswer: null,
  }
}
