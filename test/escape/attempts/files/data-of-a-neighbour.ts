import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'the private folder of a neighbour is out of reach',
  handler: (place) =>
    `await context.files.write('$data/mine.txt', 'mine'); const out = []; for (const path of ['$data/../rich/x', '$data/..%2frich', '$data/rich', '$data/${place.neighbour}/mine.txt']) { try { out.push(await context.files.readText(path)) } catch {} } return [await context.files.readText('$data/mine.txt'), ...out].join()`,
  grants: { files: [{ root: '$data', path: '', access: 'read-write' }] },
  gets: 'mine',
})
