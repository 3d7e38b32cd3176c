import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'no link leads out of the folder that was granted',
  handler: `
    const out = []
    for (const path of ['link.txt', 'up/treasure.txt', 'up', 'etc/passwd', 'etc', 'up/docs/up/treasure.txt']) {
      for (const verb of ['read', 'readText', 'list']) { try { out.push('GOT ' + verb + ' ' + path + ' ' + JSON.stringify(await context.files[verb]('$workspace/docs/' + path))) } catch {} }
    }
    return out.join()
  `,
  grants: { files: [{ root: '$workspace', path: '', access: 'read-write' }] },
  gets: '',
})
