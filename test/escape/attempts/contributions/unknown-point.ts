import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a contribution point that does not exist is refused',
  manifest: { contributes: { shell: [{ name: 'x' }] } },
  refused: 'contributes',
})
