import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'no key leads to another installation',
  handler: `
    const keys = ['treasure', 'rich/treasure', 'rich:treasure', '../rich/treasure', 'w1/rich/treasure', '%', '_%', "' OR 1=1 --", "treasure' UNION SELECT value FROM plugin_storage --", '*', '__proto__', 'constructor', 'toString']
    const out = []
    for (const key of keys) { try { const value = await context.storage.get(key); if (value !== undefined) out.push(key) } catch {} }
    return out.join()
  `,
  gets: '',
})
