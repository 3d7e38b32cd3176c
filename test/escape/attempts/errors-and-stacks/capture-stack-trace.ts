import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'captured stacks hold text of the sandbox only',
  handler: String.raw`
    const holder = {}
    Error.captureStackTrace?.(holder)
    const text = String(holder.stack).replaceAll('nexus:guest', '').replaceAll(/acme\/[a-z-]+\.js/g, '')
    return String(typeof holder.stack !== 'object' && !/\/|node:|file:/.test(text))
  `,
  gets: 'true',
})
