import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a panel whose title hides characters is refused',
  manifest: { kind: 'ui-panel', contributes: { panels: [{ name: 'x', title: 'Admin\u200b', entry: 'x.html' }] } },
  refused: 'contributes.panels.0.title',
})
