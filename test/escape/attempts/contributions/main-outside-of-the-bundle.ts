import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a main file outside of the bundle is refused',
  manifest: { main: '../../../etc/passwd' },
  refused: 'main',
})
