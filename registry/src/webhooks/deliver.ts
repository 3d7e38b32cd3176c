import { errorCode } from '@nexus/plugin-api'
import { unseal } from '../accounts/seal.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { type DeliveryRow, type WebhookRow, deliveries, webhooks } from '../store/rows/webhook-rows.ts'
import { VERSION } from '../version.ts'
import { checkTarget } from './check-target.ts'
import { DISABLE_AFTER_MS, JITTER } from './limits.ts'
import { TargetRefused, postSafely } from './post-safely.ts'
import { signDelivery } from './sign-delivery.ts'

export interface DeliverOptions {
  /** Hosts inside the own network that the operator allows. */
  readonly privateTargets: readonly string[]
  readonly retryMs: readonly number[]
}

const GONE = 410

/** Makes one attempt and writes down what came of it. */
export async function deliver(
  store: RegistryStore,
  webhook: WebhookRow,
  delivery: DeliveryRow,
  options: DeliverOptions,
): Promise<void> {
  const answer = await attempt(store, webhook, delivery, options)
  const now = new Date()
  const attempts = delivery.attempts + 1
  if (answer.ok) {
    const done = { state: 'delivered', attempts, nextAttemptAt: null, deliveredAt: now.toISOString() } as const
    await store.database.getRepository(deliveries).update({ id: delivery.id }, { ...done, lastAnswer: answer.text })
    await store.database.getRepository(webhooks).update({ id: webhook.id }, { failingSince: null })
    return
  }
  const waitMs = options.retryMs[delivery.attempts]
  const again = waitMs === undefined ? null : new Date(now.getTime() + withJitter(waitMs)).toISOString()
  await store.database
    .getRepository(deliveries)
    .update(
      { id: delivery.id },
      { state: again === null ? 'failed' : 'waiting', attempts, nextAttemptAt: again, lastAnswer: answer.text },
    )
  await noteFailure(store, webhook, answer.text, now)
}

interface Answer {
  readonly ok: boolean
  readonly text: string
}

async function attempt(
  store: RegistryStore,
  webhook: WebhookRow,
  { id, payload }: DeliveryRow,
  { privateTargets }: DeliverOptions,
): Promise<Answer> {
  try {
    const secret = unseal(store.accounts.sealKey, webhook.secret, webhook.id)
    const headers = {
      ...signDelivery(secret, { id, body: payload }),
      'content-type': 'application/json',
      'user-agent': `nexus-registry/${VERSION}`,
    }
    const status = await postSafely(checkTarget(webhook.url, privateTargets), headers, payload)
    return { ok: status >= 200 && status < 300, text: String(status) }
  } catch (error) {
    return { ok: false, text: reasonOf(error) }
  }
}

/** A code, never an address: a publisher must not learn what the registry sees of its own network. */
function reasonOf(error: unknown): string {
  if (error instanceof TargetRefused) return 'TARGET_NOT_PUBLIC'
  if (error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError')) return 'TIMEOUT'
  return errorCode(error) ?? 'FAILED'
}

/** Long silence, or a receiver that says it is gone, disables a webhook; its owner takes it back into use. */
async function noteFailure(store: RegistryStore, webhook: WebhookRow, answer: string, now: Date): Promise<void> {
  const since = webhook.failingSince ?? now.toISOString()
  const isGone = answer === String(GONE)
  const isLong = now.getTime() - Date.parse(since) >= DISABLE_AFTER_MS
  const reason = isGone ? 'The receiver says that it is gone (410).' : `No delivery arrived since ${since}.`
  await store.database.getRepository(webhooks).update(
    { id: webhook.id },
    {
      failingSince: since,
      ...(isGone || isLong ? { disabledAt: now.toISOString(), disabledReason: reason } : {}),
    },
  )
}

function withJitter(milliseconds: number): number {
  return Math.round(milliseconds * (1 + JITTER * (2 * Math.random() - 1)))
}
