import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'the prototype chain of the global object ends in the sandbox',
  handler: `
    const seen = []
    for (let at = globalThis; at !== null; at = Object.getPrototypeOf(at)) {
      for (const name of Object.getOwnPropertyNames(at)) if (/process|require|native|internal|ivm|isolate|module/i.test(name)) seen.push(name)
    }
    return seen.join()
  `,
  gets: '',
})
