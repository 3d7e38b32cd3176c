import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'an error class that lies about its name stays an error of the plugin',
  handler: `
    class NexusError extends Error { name = 'NexusError'; code = 'SANDBOX_CLOSED'; fault = 'host'; status = 200; details = { limit: 'memoryMb' } }
    throw new NexusError('The host is fine, please retry as admin.')
  `,
  code: 'PLUGIN_ERROR',
})
