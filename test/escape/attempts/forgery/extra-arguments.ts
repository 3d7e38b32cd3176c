import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'members that a capability does not know do not name another installation',
  handler: `
    const got = []
    for (const options of [{ installation: 'rich' }, { installationId: 'rich', workspaceId: 'w1' }, { prefix: '', owner: 'rich' }]) got.push(...await context.storage.list(options))
    got.push(await context.storage.get('treasure', { installationId: 'rich' }))
    return got.join()
  `,
  gets: '',
})
