import { z } from 'zod'
import { isoDate, publisherId } from './identifiers.ts'

/** What a webhook may hear of. */
export const WEBHOOK_EVENTS = [
  'release.published',
  'release.yanked',
  'release.unyanked',
  'release.deprecated',
  'release.revoked',
  'channel.moved',
  'key.added',
  'key.revoked',
  'owner.added',
  'owner.removed',
  'namespace.proven',
  'advisory.published',
  'advisory.withdrawn',
  'review.created',
  'review.edited',
  'report.opened',
  'webhook.test',
] as const

export const webhookEvent = z.enum(WEBHOOK_EVENTS)

export const webhookRequest = z.strictObject({
  /** Where deliveries go. `https`, unless the registry's operator allows the host by name. */
  url: z.url({ protocol: /^https?$/ }).max(500),
  events: z.array(webhookEvent).min(1).max(WEBHOOK_EVENTS.length),
})

/** `enabled: true` takes a webhook back into use after it was disabled. */
export const webhookChange = z.strictObject({
  events: webhookRequest.shape.events.optional(),
  enabled: z.boolean().optional(),
})

export const webhook = z
  .object({
    id: z.uuid(),
    publisher: publisherId,
    url: z.string(),
    events: z.array(webhookEvent),
    createdAt: isoDate,
    disabled: z.object({ at: isoDate, reason: z.string() }).optional(),
  })
  .meta({ id: 'Webhook' })

/** A new webhook. The secret, `whsec_…` as Standard Webhooks writes it, is shown once. */
export const createdWebhook = webhook.extend({ secret: z.string() })

export const webhookDelivery = z
  .object({
    /** `webhook-id` of the request: the same in every attempt and replay. */
    id: z.string(),
    event: webhookEvent,
    createdAt: isoDate,
    state: z.enum(['waiting', 'delivered', 'failed']),
    attempts: z.int(),
    nextAttemptAt: isoDate.optional(),
    deliveredAt: isoDate.optional(),
    /** HTTP status or a code that says why there was none. */
    lastAnswer: z.string().optional(),
    payload: z.unknown(),
  })
  .meta({ id: 'WebhookDelivery' })

export const webhookList = z.object({ items: z.array(webhook) })
export const deliveryList = z.object({ items: z.array(webhookDelivery) })
export const deliveryQuery = z.strictObject({
  state: z.enum(['waiting', 'delivered', 'failed']).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
})

export type WebhookEvent = z.infer<typeof webhookEvent>
export type WebhookRequest = z.infer<typeof webhookRequest>
export type WebhookChange = z.infer<typeof webhookChange>
export type Webhook = z.infer<typeof webhook>
export type CreatedWebhook = z.infer<typeof createdWebhook>
export type WebhookDelivery = z.infer<typeof webhookDelivery>
