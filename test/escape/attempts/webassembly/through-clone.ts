import { BLOCKED, defineAttempt, tryEach } from '../../attempt.ts'

export const attempt = defineAttempt({
  title: 'no module of WebAssembly comes out of a clone or a response',
  handler: tryEach([
    'structuredClone(WebAssembly)',
    'Object.getPrototypeOf(globalThis).WebAssembly.Memory',
    '(function () { return this ?? globalThis })().WebAssembly.compile',
  ]),
  gets: BLOCKED,
})
