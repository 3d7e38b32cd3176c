import { type Attempt, BLOCKED, tryEach } from '../attempt.ts'

/** Constructor and prototype walks, host-function identity, code from strings, modules. */
export const walks: readonly Attempt[] = [
  {
    title: 'the constructor of the constructor does not compile strings',
    handler: tryEach([
      "(() => 0).constructor.constructor('return process')()",
      "this.constructor.constructor('return process')()",
      "({}).constructor.constructor('return 1')()",
    ]),
    gets: BLOCKED,
  },
  {
    title: 'functions of the context lead to no compiler',
    handler: tryEach([
      "context.log.info.constructor('return process')()",
      "context.storage.get.constructor('return process')()",
      "call.progress.constructor('return process')()",
      "context.tools.handle.constructor.constructor('return 1')()",
    ]),
    gets: BLOCKED,
  },
  {
    title: 'async and generator constructors do not compile strings',
    handler: tryEach([
      "(async () => 0).constructor('return 1')()",
      "Object.getPrototypeOf(function* () {}).constructor('yield 1')().next().value",
      "Object.getPrototypeOf(async function* () {}).constructor('yield 1')",
    ]),
    gets: BLOCKED,
  },
  {
    title: 'eval, Function and string timers are refused',
    handler: tryEach([
      "eval('1+1')",
      "(0, eval)('1')",
      "new Function('return 1')()",
      "Reflect.construct(Function, ['return 1'])",
      "setTimeout('1')",
    ]),
    gets: BLOCKED,
  },
  {
    title: 'modules of Node are not there',
    handler: tryEach([
      "import('node:fs')",
      "import('fs')",
      "import('data:text/javascript,export default 1')",
      "require('fs')",
      "process.binding('fs')",
    ]),
    gets: BLOCKED,
  },
  {
    title: 'a module with imports does not start',
    module: "import fs from 'node:fs'; export default { activate() {} }",
    startCode: ['SANDBOX_START_FAILED'],
  },
  {
    title: 'ambient power is absent by name',
    handler:
      "return ['process', 'require', 'module', 'Buffer', 'global', 'fetch', 'XMLHttpRequest', 'WebSocket', 'Worker', 'Deno', 'Bun', 'ivm', 'isolate', 'post', 'performance', 'importScripts'].filter((name) => globalThis[name] !== undefined).join()",
    gets: '',
  },
  {
    title: 'shared and uncounted memory, weak references and other realms are absent',
    handler:
      "return ['WebAssembly', 'SharedArrayBuffer', 'Atomics', 'WeakRef', 'FinalizationRegistry', 'ShadowRealm'].filter((name) => globalThis[name] !== undefined).join()",
    gets: '',
  },
  {
    title: 'array buffers cannot grow',
    handler:
      'const b = new ArrayBuffer(8, { maxByteLength: 2 ** 32 }); return [b.byteLength, typeof b.resize, typeof b.transfer, b.constructor === ArrayBuffer, new Uint8Array(4).buffer.constructor === ArrayBuffer, typeof b.slice(0, 4).resize].join()',
    gets: '8,undefined,undefined,true,true,undefined',
  },
  {
    title: 'stack hooks, which would see frames of the prelude, cannot be set',
    handler: tryEach([
      '(Error.prepareStackTrace = (_error, sites) => sites.length)',
      "Object.defineProperty(Error, 'prepareStackTrace', { value: () => 1 })",
      'Object.assign(TypeError, { prepareStackTrace: () => 1 })',
    ]),
    gets: BLOCKED,
  },
  {
    title: 'caller and arguments of host functions are closed',
    handler: tryEach([
      'context.storage.get.caller.name',
      'context.log.info.arguments.length',
      '(function f() { "use strict"; return f.caller.name })()',
    ]),
    gets: BLOCKED,
  },
  {
    title: 'an error of the host carries no path and no foreign prototype',
    handler: `try { await context.storage.get('') } catch (error) {
      return [error instanceof Error, error.constructor === Error, error.code, /\\/|node:|file:/.test(String(error.stack).replaceAll('nexus:guest', '').replaceAll(/acme\\/[a-z-]+\\.js/g, '')), error.constructor.constructor === Function].join() }`,
    gets: 'true,true,CAPABILITY_ARGUMENT,false,true',
  },
  {
    title: 'the context cannot be changed',
    handler: tryEach([
      "(() => { 'use strict'; context.network.fetch = 1; return 'changed' })()",
      "(() => { 'use strict'; context.config.added = 1; return 'changed' })()",
      "Object.defineProperty(context, 'x', { value: 1 })",
      'Object.setPrototypeOf(context.storage, {}) && 1',
    ]),
    gets: BLOCKED,
  },
  {
    title: 'promises of capabilities are the sandbox’s own',
    handler: "const p = context.storage.get('k'); return [p.constructor === Promise, p instanceof Promise].join()",
    gets: 'true,true',
  },
]

/** Prototype pollution, thenables, getters and proxies in what is returned and thrown. */
export const results: readonly Attempt[] = [
  {
    title: 'a `__proto__` key in arguments pollutes nothing',
    payload: '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
    handler:
      'Object.assign({}, args); const o = {}; for (const k in args) o[k] = args[k]; return [({}).polluted, Object.prototype.polluted].join()',
    gets: ',',
  },
  {
    title: 'Object.prototype cannot be polluted',
    handler: tryEach([
      "(() => { 'use strict'; Object.prototype.isAdmin = true; return ({}).isAdmin })()",
      "Object.defineProperty(Object.prototype, 'get', { value: 1 })",
      "(() => { 'use strict'; ({}).constructor.prototype.x = 1; return 1 })()",
      "(() => { 'use strict'; Array.prototype.then = 1; return 1 })()",
    ]),
    gets: BLOCKED,
  },
  {
    title: 'a result with `__proto__` stays text',
    handler: `return { content: [{ type: 'text', text: ${JSON.stringify('ok')} }], ['__proto__']: { polluted: true } }`,
    gets: 'ok',
  },
  {
    title: 'a thenable that never settles runs into the time limit',
    handler: 'return { then() {} }',
    code: ['SANDBOX_TIMEOUT'],
  },
  {
    title: 'a thenable that loops runs into the CPU limit',
    handler: 'return { then() { for (;;); } }',
    code: ['SANDBOX_CPU'],
  },
  {
    title: 'a getter named then that throws is only an error',
    handler: "return { get then() { throw new Error('no') } }",
    code: ['PLUGIN_ERROR'],
  },
  {
    title: 'toJSON that loops runs into the CPU limit',
    handler: 'return { toJSON() { for (;;); } }',
    code: ['SANDBOX_CPU'],
  },
  {
    title: 'a getter that loops while the result is written runs into the CPU limit',
    handler: 'return { get content() { for (;;); } }',
    code: ['SANDBOX_CPU'],
  },
  { title: 'a cyclic result is only an error', handler: 'const o = {}; o.o = o; return o', code: ['PLUGIN_ERROR'] },
  {
    title: 'a deep result is only an error',
    handler: 'let o = {}; for (let i = 0; i < 1e6; i++) o = { o }; return o',
    code: ['PLUGIN_ERROR', 'SANDBOX_MEMORY', 'SANDBOX_CPU'],
  },
  { title: 'a result that is not an object is refused', handler: 'return 42', code: ['PLUGIN_ERROR'] },
  { title: 'a function or symbol as result is refused', handler: 'return Symbol.iterator', code: ['PLUGIN_ERROR'] },
  { title: 'throwing null is only an error', handler: 'throw null', code: ['PLUGIN_ERROR'] },
  {
    title: 'throwing a proxy is only an error',
    handler: "throw new Proxy({}, { get() { throw new Error('trap') }, getPrototypeOf() { throw 1 } })",
    code: ['PLUGIN_ERROR'],
  },
  {
    title: 'an error whose message loops runs into the CPU limit',
    handler:
      "await context.storage.get('k'); const e = new Error(); Object.defineProperty(e, 'message', { get() { for (;;); } }); throw e",
    code: ['SANDBOX_CPU'],
  },
  {
    title: 'an error whose stack loops runs into the CPU limit',
    handler: "const e = new Error('x'); Object.defineProperty(e, 'stack', { get() { for (;;); } }); throw e",
    code: ['SANDBOX_CPU'],
  },
  {
    title: 'a plugin cannot forge a code of the host',
    handler: "throw Object.assign(new Error('x'), { code: 'SANDBOX_MEMORY', fault: 'host' })",
    code: ['PLUGIN_ERROR'],
  },
  {
    title: 'an unhandled rejection with a looping getter ends the sandbox, not the host',
    handler:
      "const e = new Error(); Object.defineProperty(e, 'message', { get() { for (;;); } }); Object.defineProperty(e, 'stack', { get() { for (;;); } }); Promise.reject(e); await context.clock.sleep(2000); return 'done'",
    code: ['SANDBOX_CPU', 'SANDBOX_TIMEOUT', 'SANDBOX_CRASHED'],
  },
]
