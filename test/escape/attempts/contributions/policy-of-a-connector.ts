import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a policy of a plugin that is no policy pack is refused',
  manifest: { contributes: { policies: [{ name: 'guard', title: 'Guard', description: 'Allows.', stage: 'call' }] } },
  refused: 'contributes',
})
