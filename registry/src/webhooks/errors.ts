import { createErrorFactory } from '@nexus/plugin-api'

const caller = (status: number, title: string) => ({ fault: 'caller', status, title }) as const

export const webhookErrors = {
  WEBHOOK_NOT_FOUND: caller(404, 'No such webhook'),
  WEBHOOK_DELIVERY_NOT_FOUND: caller(404, 'No such delivery'),
  WEBHOOK_LIMIT: caller(409, 'Too many webhooks'),
  WEBHOOK_DISABLED: caller(409, 'Webhook is disabled'),
  WEBHOOK_TARGET: caller(422, 'Address not allowed'),
} as const

export const webhookError = createErrorFactory(webhookErrors)
