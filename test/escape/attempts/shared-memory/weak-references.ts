import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'weak references and finalizers, which see the collector, are not there',
  handler: `return ['WeakRef', 'FinalizationRegistry'].filter((name) => globalThis[name] !== undefined).join()`,
  gets: '',
})
