import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a chain of proxies is only an error',
  handler: 'let p = {}; for (let i = 0; i < 200_000; i++) p = new Proxy(p, {}); return String(p.x)',
  code: ['PLUGIN_ERROR', 'SANDBOX_MEMORY', 'SANDBOX_CPU'],
  costs: 'cell',
})
