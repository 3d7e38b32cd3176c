import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'the text of a host function tells no path and no token',
  handler: String.raw`
    const texts = [context.storage.get, context.network.fetch, call.progress, setTimeout, URL, crypto.randomUUID].map((f) => Function.prototype.toString.call(f))
    return String(texts.some((text) => /file:|node:|\/(?:home|work|root|usr|tmp)\/|secret|token=/.test(text)))
  `,
  gets: 'false',
})
