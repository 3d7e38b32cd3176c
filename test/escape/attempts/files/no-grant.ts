import assert from 'node:assert/strict'
import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'files are closed without a grant',
  handler: `const out = []; for (const path of ['$data/x', '$workspace/docs/open.txt', '/etc/passwd', 'x']) for (const verb of ['read', 'readText', 'write', 'list', 'stat', 'remove']) { try { out.push('GOT ' + verb + ' ' + path + JSON.stringify(await context.files[verb](path, 'x'))) } catch {} } return out.join()`,
  gets: '',
  check: ({ denials }) => assert.ok(denials.length > 0),
})
