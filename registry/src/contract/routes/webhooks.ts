import { z } from 'zod'
import { publisherId } from '../identifiers.ts'
import * as webhooks from '../webhooks.ts'
import type { RegistryRoute } from './route.ts'

const onePublisher = z.strictObject({ publisher: publisherId })
const oneWebhook = z.strictObject({ publisher: publisherId, webhook: z.uuid() })

/** Signed messages to publishers about what happens to what is theirs. */
export const webhookRoutes = {
  webhooks: {
    method: 'GET',
    path: '/api/v1/publishers/:publisher/webhooks',
    access: 'manage',
    status: 200,
    summary: "A publisher's webhooks.",
    params: onePublisher,
    response: webhooks.webhookList,
  },
  createWebhook: {
    method: 'POST',
    path: '/api/v1/publishers/:publisher/webhooks',
    access: 'manage',
    status: 201,
    summary: 'Add a webhook; its secret is shown once.',
    params: onePublisher,
    body: webhooks.webhookRequest,
    response: webhooks.createdWebhook,
  },
  changeWebhook: {
    method: 'PUT',
    path: '/api/v1/publishers/:publisher/webhooks/:webhook',
    access: 'manage',
    status: 200,
    summary: 'Choose other events, or take a webhook out of use and back.',
    params: oneWebhook,
    body: webhooks.webhookChange,
    response: webhooks.webhook,
  },
  removeWebhook: {
    method: 'DELETE',
    path: '/api/v1/publishers/:publisher/webhooks/:webhook',
    access: 'manage',
    status: 204,
    summary: 'Remove a webhook and its history.',
    params: oneWebhook,
  },
  testWebhook: {
    method: 'POST',
    path: '/api/v1/publishers/:publisher/webhooks/:webhook/test',
    access: 'manage',
    status: 201,
    summary: 'Send an event that means nothing.',
    params: oneWebhook,
    response: webhooks.webhookDelivery,
  },
  webhookDeliveries: {
    method: 'GET',
    path: '/api/v1/publishers/:publisher/webhooks/:webhook/deliveries',
    access: 'manage',
    status: 200,
    summary: 'What was sent and what came of it, newest first.',
    params: oneWebhook,
    query: webhooks.deliveryQuery,
    response: webhooks.deliveryList,
  },
  replayDelivery: {
    method: 'POST',
    path: '/api/v1/publishers/:publisher/webhooks/:webhook/deliveries/:delivery/replay',
    access: 'manage',
    status: 200,
    summary: 'Send a delivery again under its id.',
    params: z.strictObject({
      publisher: publisherId,
      webhook: z.uuid(),
      delivery: z.string().regex(/^msg_[0-9a-f]{32}$/),
    }),
    response: webhooks.webhookDelivery,
  },
} as const satisfies Record<string, RegistryRoute>
