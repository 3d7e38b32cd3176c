import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'the private folder holds its quota, in bytes and in numbers',
  handler: `const out = []; try { for (let i = 0; i < 60; i++) await context.files.write('$data/f' + i, 'x'.repeat(2_000)); out.push('all') } catch (error) { out.push(error.code) } return out.join()`,
  grants: { files: [{ root: '$data', path: '', access: 'read-write' }] },
  limits: { fileBytes: 50_000 },
  gets: 'FILE_QUOTA',
})
