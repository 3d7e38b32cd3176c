import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a plugin cannot say that it is another installation',
  handler: `
    try { context.installation.id = 'rich' } catch {}
    try { context.plugin = { id: 'nexus/web' } } catch {}
    await context.storage.set('mine', 1)
    return [context.installation.id.includes('rich'), context.plugin.id, (await context.storage.list()).join()].join()
  `,
  gets: 'false,acme/attack,mine',
})
