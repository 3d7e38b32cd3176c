import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'no path leaves the folder that was granted',
  handler: String.raw`
    const out = []
    for (const path of ['$workspace/docs/../treasure.txt', '$workspace/docs//etc/passwd', '$workspace/docs/..\\treasure.txt', '$workspace/docs/%2e%2e/treasure.txt', '$workspace/docs/\u0000/../x', '/etc/passwd', '../treasure.txt', '$workspace/docs/./../treasure.txt', '$workspace/../treasure.txt', 'file:///etc/passwd', '$workspace/docs/' + '../'.repeat(10) + 'etc/passwd', '~/x', '$workspace/docs/\uff0e\uff0e/treasure.txt', '$data/../../treasure.txt', '$HOME/x']) {
      for (const verb of ['readText', 'list', 'stat']) { try { out.push('GOT ' + verb + ' ' + path + ' ' + JSON.stringify(await context.files[verb](path))) } catch {} }
    }
    return out.join()
  `,
  grants: {
    files: [
      { root: '$workspace', path: '', access: 'read-write' },
      { root: '$data', path: '', access: 'read-write' },
    ],
  },
  gets: '',
})
