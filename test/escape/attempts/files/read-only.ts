import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a grant to read writes nothing',
  handler: `const out = []; for (const verb of ['write', 'remove']) { try { await context.files[verb]('$workspace/docs/open.txt', 'x'); out.push(verb) } catch (error) { out.push(error.code) } } return out.join()`,
  grants: { files: [{ root: '$workspace', path: '', access: 'read' }] },
  gets: 'FILE_DENIED,FILE_DENIED',
})
