import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a panel whose address is code is refused',
  manifest: {
    kind: 'ui-panel',
    contributes: { panels: [{ name: 'x', title: 'X', entry: 'javascript:alert(1)//.html' }] },
  },
  refused: 'contributes.panels.0.entry',
})
