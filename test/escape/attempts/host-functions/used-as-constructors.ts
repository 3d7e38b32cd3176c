import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'host functions construct nothing foreign',
  handler: `
    const foreign = []
    for (const f of [context.storage.get, context.log.info, call.progress, setTimeout, structuredClone, atob]) {
      try { const made = new f('x'); if (!(made instanceof Object)) foreign.push(f.name) } catch {}
      try { const made = Reflect.construct(Object, [], f); if (Object.getPrototypeOf(made)?.constructor?.constructor !== Function && Object.getPrototypeOf(made) !== Object.prototype) foreign.push(f.name) } catch {}
    }
    return foreign.join()
  `,
  gets: '',
})
