import { BLOCKED, defineAttempt, tryEach } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'code in a URL cannot be imported',
  handler: tryEach([
    "import('data:text/javascript,export default 1')",
    "import('blob:nothing')",
    "import('https://example.com/x.js')",
  ]),
  gets: BLOCKED,
})
