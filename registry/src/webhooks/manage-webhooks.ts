import { randomBytes, randomUUID } from 'node:crypto'
import type { z } from 'zod'
import type { Actor } from '../accounts/actor.ts'
import { requireManage } from '../accounts/permissions.ts'
import { seal } from '../accounts/seal.ts'
import type {
  CreatedWebhook,
  Webhook,
  WebhookChange,
  WebhookDelivery,
  WebhookRequest,
  deliveryQuery,
} from '../contract/webhooks.ts'
import { getPublisher } from '../publishers/get-publisher.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { type DeliveryRow, type WebhookRow, deliveries, webhooks } from '../store/rows/webhook-rows.ts'
import { checkTarget } from './check-target.ts'
import { newDelivery } from './enqueue-event.ts'
import { webhookError } from './errors.ts'
import { MAX_WEBHOOKS, SECRET_BYTES } from './limits.ts'

/** A webhook of a publisher. */
interface Target {
  readonly publisher: string
  readonly webhook: string
}

export async function listWebhooks(store: RegistryStore, actor: Actor | undefined, publisherId: string) {
  await requireManage(store, actor, `@${publisherId}`)
  const rows = await store.database
    .getRepository(webhooks)
    .find({ where: { publisherId }, order: { createdAt: 'asc' } })
  return { items: rows.map(toWebhook) }
}

/** Adds a webhook. Its secret is in the answer and nowhere else in the open. */
export async function createWebhook(
  store: RegistryStore,
  actor: Actor | undefined,
  publisherId: string,
  request: WebhookRequest,
  privateTargets: readonly string[],
): Promise<CreatedWebhook> {
  await requireManage(store, actor, `@${publisherId}`)
  await getPublisher(store, publisherId)
  const { url } = checkTarget(request.url, privateTargets)
  const repository = store.database.getRepository(webhooks)
  if ((await repository.countBy({ publisherId })) >= MAX_WEBHOOKS) {
    throw webhookError(
      'WEBHOOK_LIMIT',
      `Expected at most ${MAX_WEBHOOKS} webhooks of a publisher, found as many. Remove one.`,
    )
  }
  const secret = `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`
  const id = randomUUID()
  const row: WebhookRow = {
    id,
    publisherId,
    url: url.href,
    events: [...new Set(request.events)],
    secret: seal(store.accounts.sealKey, secret, id),
    createdAt: new Date().toISOString(),
    failingSince: null,
    disabledAt: null,
    disabledReason: null,
  }
  await repository.insert(row)
  return { ...toWebhook(row), secret }
}

/** Chooses other events, or takes it out of use and back. */
export async function changeWebhook(
  store: RegistryStore,
  actor: Actor | undefined,
  target: Target,
  change: WebhookChange,
): Promise<Webhook> {
  const row = await findWebhook(store, actor, target)
  const enabled =
    change.enabled === undefined
      ? {}
      : change.enabled
        ? { disabledAt: null, disabledReason: null, failingSince: null }
        : { disabledAt: new Date().toISOString(), disabledReason: 'Its owner disabled it.' }
  const changed = {
    ...row,
    ...(change.events === undefined ? {} : { events: [...new Set(change.events)] }),
    ...enabled,
  }
  await store.database.getRepository(webhooks).save(changed)
  return toWebhook(changed)
}

export async function removeWebhook(store: RegistryStore, actor: Actor | undefined, target: Target): Promise<void> {
  const row = await findWebhook(store, actor, target)
  await store.database.transaction(async (manager) => {
    await manager.delete(deliveries, { webhookId: row.id })
    await manager.delete(webhooks, { id: row.id })
  })
}

/** What was sent and what came of it, newest first. */
export async function listDeliveries(
  store: RegistryStore,
  actor: Actor | undefined,
  target: Target,
  query: z.output<typeof deliveryQuery>,
): Promise<{ readonly items: WebhookDelivery[] }> {
  const { id } = await findWebhook(store, actor, target)
  const rows = await store.database.getRepository(deliveries).find({
    where: { webhookId: id, ...(query.state === undefined ? {} : { state: query.state }) },
    order: { createdAt: 'desc', id: 'asc' },
    take: query.limit,
  })
  return { items: rows.map(toDelivery) }
}

/** Sends a delivery again, under the same id, so that the receiver can tell that it is the same. */
export async function replayDelivery(
  store: RegistryStore,
  actor: Actor | undefined,
  target: Target & { readonly delivery: string },
): Promise<WebhookDelivery> {
  const webhook = await findWebhook(store, actor, target)
  requireEnabled(webhook)
  const repository = store.database.getRepository(deliveries)
  const row = await repository.findOneBy({ id: target.delivery, webhookId: webhook.id })
  if (row === null) {
    throw webhookError('WEBHOOK_DELIVERY_NOT_FOUND', 'Expected a delivery of this webhook, found none with this id.')
  }
  const again = { ...row, state: 'waiting' as const, attempts: 0, nextAttemptAt: new Date().toISOString() }
  await repository.save(again)
  return toDelivery(again)
}

/** Sends an event that means nothing, to see whether it arrives. */
export async function testWebhook(
  store: RegistryStore,
  actor: Actor | undefined,
  target: Target,
): Promise<WebhookDelivery> {
  const webhook = await findWebhook(store, actor, target)
  requireEnabled(webhook)
  const row = newDelivery(webhook.id, { type: 'webhook.test', data: { webhook: webhook.id } })
  await store.database.getRepository(deliveries).insert(row)
  return toDelivery(row)
}

async function findWebhook(store: RegistryStore, actor: Actor | undefined, target: Target): Promise<WebhookRow> {
  await requireManage(store, actor, `@${target.publisher}`)
  const row = await store.database
    .getRepository(webhooks)
    .findOneBy({ id: target.webhook, publisherId: target.publisher })
  if (row !== null) return row
  throw webhookError('WEBHOOK_NOT_FOUND', `Expected a webhook of ${target.publisher}, found none with this id.`)
}

function requireEnabled({ disabledAt, disabledReason }: WebhookRow): void {
  if (disabledAt === null) return
  throw webhookError(
    'WEBHOOK_DISABLED',
    `Expected a webhook in use, found it disabled: ${disabledReason} Enable it first.`,
  )
}

function toWebhook(row: WebhookRow): Webhook {
  const { id, publisherId, url, events, createdAt, disabledAt, disabledReason } = row
  return {
    id,
    publisher: publisherId,
    url,
    events: [...events],
    createdAt,
    ...(disabledAt === null ? {} : { disabled: { at: disabledAt, reason: disabledReason ?? '' } }),
  }
}

function toDelivery(row: DeliveryRow): WebhookDelivery {
  return {
    id: row.id,
    event: row.event,
    createdAt: row.createdAt,
    state: row.state,
    attempts: row.attempts,
    ...(row.nextAttemptAt === null ? {} : { nextAttemptAt: row.nextAttemptAt }),
    ...(row.deliveredAt === null ? {} : { deliveredAt: row.deliveredAt }),
    ...(row.lastAnswer === null ? {} : { lastAnswer: row.lastAnswer }),
    payload: JSON.parse(row.payload),
  }
}
