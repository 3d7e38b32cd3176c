import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a panel of a plugin that is no panel is refused',
  manifest: { contributes: { panels: [{ name: 'x', title: 'X', entry: 'x.html' }] } },
  refused: 'contributes',
})
