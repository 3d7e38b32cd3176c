import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'JSON text with `__proto__` and constructor keys stays data',
  handler: `
    const o = JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}')
    const merge = (to, from) => { for (const k in from) { if (typeof from[k] === 'object' && from[k] !== null) { to[k] ??= {}; try { merge(to[k], from[k]) } catch {} } else try { to[k] = from[k] } catch {} } }
    merge({}, o)
    return [({}).polluted, Object.polluted].join()
  `,
  gets: ',',
})
