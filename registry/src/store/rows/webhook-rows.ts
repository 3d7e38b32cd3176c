import { EntitySchema } from 'typeorm'
import type { WebhookEvent } from '../../contract/webhooks.ts'
import { belongsTo, text, time } from './columns.ts'
import { PUBLISHER } from './publisher-rows.ts'

export interface WebhookRow {
  id: string
  publisherId: string
  url: string
  events: readonly WebhookEvent[]
  /** The signing secret, sealed with the registry's own. */
  secret: string
  createdAt: string
  /** Since when every delivery fails; null while they arrive. */
  failingSince: string | null
  disabledAt: string | null
  disabledReason: string | null
}

export interface DeliveryRow {
  id: string
  webhookId: string
  event: WebhookEvent
  /** The exact body that is sent and signed. */
  payload: string
  createdAt: string
  state: 'waiting' | 'delivered' | 'failed'
  attempts: number
  nextAttemptAt: string | null
  deliveredAt: string | null
  lastAnswer: string | null
}

/** How far a reader of the log has come. */
export interface FollowerRow {
  name: string
  /** Index of the first entry not yet read. */
  position: number
}

const WEBHOOK = 'registry_webhook'

export const webhooks = new EntitySchema<WebhookRow>({
  name: WEBHOOK,
  columns: {
    id: { ...text(36), primary: true },
    publisherId: text(40),
    url: text(500),
    events: { type: 'simple-json' },
    secret: text(200),
    createdAt: time,
    failingSince: { ...time, nullable: true },
    disabledAt: { ...time, nullable: true },
    disabledReason: { ...text(200), nullable: true },
  },
  foreignKeys: belongsTo(PUBLISHER, 'publisherId'),
  indices: [{ name: 'registry_webhook_publisher', columns: ['publisherId'] }],
})

export const deliveries = new EntitySchema<DeliveryRow>({
  name: 'registry_webhook_delivery',
  columns: {
    id: { ...text(40), primary: true },
    webhookId: text(36),
    event: text(40),
    payload: { type: 'text' },
    createdAt: time,
    state: text(10),
    attempts: { type: 'integer' },
    nextAttemptAt: { ...time, nullable: true },
    deliveredAt: { ...time, nullable: true },
    lastAnswer: { ...text(200), nullable: true },
  },
  foreignKeys: belongsTo(WEBHOOK, 'webhookId'),
  indices: [
    { name: 'registry_webhook_delivery_due', columns: ['state', 'nextAttemptAt'] },
    { name: 'registry_webhook_delivery_history', columns: ['webhookId', 'createdAt'] },
  ],
})

export const followers = new EntitySchema<FollowerRow>({
  name: 'registry_log_follower',
  columns: { name: { ...text(40), primary: true }, position: { type: 'integer' } },
})
