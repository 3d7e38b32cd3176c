import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a throw in an abort listener does not keep the call from ending',
  handler: `call.signal.addEventListener('abort', () => { throw new Error('no') }); await new Promise(() => {})`,
  cancelAfterMs: 60,
  code: 'CALL_CANCELLED',
})
