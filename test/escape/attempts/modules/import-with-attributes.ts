import { BLOCKED, defineAttempt, tryEach } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'import attributes open nothing',
  handler: tryEach([
    "import('/etc/passwd', { with: { type: 'json' } })",
    "import('/etc/passwd', { with: { type: 'text' } })",
    "import('/etc/passwd', { with: { type: 'bytes' } })",
  ]),
  gets: BLOCKED,
})
