import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'nothing is written or removed through a link',
  handler: `
    const out = []
    for (const path of ['link.txt', 'up/planted.txt', 'etc/planted', 'up/treasure.txt']) {
      try { await context.files.write('$workspace/docs/' + path, 'planted'); if (path !== 'link.txt') out.push('WROTE ' + path) } catch {}
      try { if (path !== 'link.txt' && await context.files.remove('$workspace/docs/' + path)) out.push('REMOVED ' + path) } catch {}
    }
    return out.join()
  `,
  grants: { files: [{ root: '$workspace', path: '', access: 'read-write' }] },
  gets: '',
})
