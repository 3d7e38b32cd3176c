import type { webhookRoutes } from '../../contract/routes/webhooks.ts'
import type { RegistryStore } from '../../store/open-store.ts'
import {
  changeWebhook,
  createWebhook,
  listDeliveries,
  listWebhooks,
  removeWebhook,
  replayDelivery,
  testWebhook,
} from '../../webhooks/manage-webhooks.ts'
import type { HandlersOf } from '../handler-types.ts'

export function webhookHandlers(
  store: RegistryStore,
  privateTargets: readonly string[],
): HandlersOf<typeof webhookRoutes> {
  return {
    webhooks: ({ actor, params }) => listWebhooks(store, actor, params.publisher),
    createWebhook: ({ actor, params, body }) => createWebhook(store, actor, params.publisher, body, privateTargets),
    changeWebhook: ({ actor, params, body }) => changeWebhook(store, actor, params, body),
    removeWebhook: ({ actor, params }) => removeWebhook(store, actor, params),
    testWebhook: ({ actor, params }) => testWebhook(store, actor, params),
    webhookDeliveries: ({ actor, params, query }) => listDeliveries(store, actor, params, query),
    replayDelivery: ({ actor, params }) => replayDelivery(store, actor, params),
  }
}
