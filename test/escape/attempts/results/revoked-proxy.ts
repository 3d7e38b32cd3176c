import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'a revoked proxy is only an error',
  handler: 'const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy',
  code: 'PLUGIN_ERROR',
})
