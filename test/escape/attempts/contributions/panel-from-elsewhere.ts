import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a panel from another host is refused',
  manifest: {
    kind: 'ui-panel',
    contributes: { panels: [{ name: 'x', title: 'X', entry: 'https://evil.test/x.html' }] },
  },
  refused: 'contributes.panels.0.entry',
})
