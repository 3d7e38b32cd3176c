import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'ambient power is absent by name',
  handler: `
    const names = ['process', 'require', 'module', 'exports', 'Buffer', 'global', 'window', 'self', 'XMLHttpRequest', 'WebSocket', 'EventSource', 'Worker', 'BroadcastChannel', 'MessageChannel', 'Deno', 'Bun', 'ivm', 'isolate', 'post', 'importScripts', 'navigator', 'localStorage', 'indexedDB', 'caches', 'ShadowRealm', 'setImmediate']
    return names.filter((name) => globalThis[name] !== undefined).join()
  `,
  gets: '',
})
