import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a panel whose file is outside of the bundle is refused',
  manifest: { kind: 'ui-panel', contributes: { panels: [{ name: 'x', title: 'X', entry: '../../secrets.html' }] } },
  refused: 'contributes.panels.0.entry',
})
