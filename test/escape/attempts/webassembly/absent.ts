import { defineAttempt } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'WebAssembly is not there',
  handler: `return [typeof WebAssembly, typeof globalThis['WebAssembly'], Object.getOwnPropertyNames(globalThis).filter((name) => /wasm|webassembly/i.test(name)).length].join()`,
  gets: 'undefined,undefined,0',
})
