import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: `a then that is there at the second look only is called like any other, under the CPU limit`,
  handler: `let looks = 0; return { content: [], get then() { looks += 1; return looks > 1 ? () => { for (;;); } : undefined } }`,
  code: 'SANDBOX_CPU',
  costs: 'sandbox',
})
