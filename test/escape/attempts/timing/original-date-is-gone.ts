import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'the original Date cannot be found again',
  handler: `
    const found = [new Date().constructor, Object.getPrototypeOf(new Date()).constructor, structuredClone(new Date()).constructor]
    return String(found.every((one) => one === Date)) + Math.max(...found.map((one) => one.now() % 100))
  `,
  limits: { clockResolutionMs: 100 },
  gets: 'true0',
})
