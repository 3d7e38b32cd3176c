import type { Attempt } from '../attempt.ts'

const cpu = ['SANDBOX_CPU'] as const
// Some bombs are seen by V8's own limit, some only by the watch or the memory poll: each is a coded end.
const anyEnd = ['SANDBOX_CPU', 'SANDBOX_MEMORY', 'SANDBOX_CRASHED', 'PLUGIN_ERROR', 'SANDBOX_TIMEOUT'] as const

/** Code that never ends, in every place code can be. */
export const loops: readonly Attempt[] = [
  { title: 'a plain loop', handler: 'for (;;);', code: cpu },
  { title: 'a loop after await', handler: "await context.storage.get('k'); for (;;);", code: cpu },
  {
    title: 'a loop in a timer',
    handler: "setTimeout(() => { for (;;); }, 1); await context.clock.sleep(3000); return 'x'",
    code: cpu,
  },
  {
    title: 'a microtask flood',
    handler: 'const f = () => Promise.resolve().then(f); await f()',
    code: ['SANDBOX_CPU', 'SANDBOX_MEMORY'],
  },
  {
    title: 'a queueMicrotask flood',
    handler: "const f = () => queueMicrotask(f); f(); await context.clock.sleep(3000); return 'x'",
    code: ['SANDBOX_CPU', 'SANDBOX_MEMORY'],
  },
  {
    title: 'work cut into small pieces still pays for all of them',
    handler: 'for (;;) { const end = Date.now() + 20; while (Date.now() < end); await context.clock.sleep(0) }',
    code: ['SANDBOX_CPU', 'SANDBOX_TIMEOUT'],
  },
  {
    title: 'a loop in an abort listener',
    handler: "call.signal.addEventListener('abort', () => { for (;;); }); await new Promise(() => {})",
    code: ['SANDBOX_TIMEOUT'],
  },
  {
    title: 'a regular expression that backtracks for ever',
    handler: "return String(/^(a+)+$/.test('a'.repeat(40) + 'b'))",
    code: cpu,
  },
  {
    title: 'a sort that never ends',
    handler: 'const a = []; a.length = 2 ** 31; a[0] = 1; a.sort(() => 1); return "x"',
    code: anyEnd,
  },
  {
    title: 'indexOf over 2^53 - 1 entries, which V8 cannot interrupt',
    handler: 'return String(Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1))',
    code: anyEnd,
  },
  {
    title: 'a power of large integers, which V8 cannot interrupt',
    handler: 'let n = 3n; for (let i = 0; i < 60; i++) n **= 9n; return String(n > 0n)',
    code: anyEnd,
  },
  // The stack ends it, or on a slow machine the CPU limit before that.
  {
    title: 'endless recursion',
    handler: 'const f = () => f() + 1; return String(f())',
    code: ['PLUGIN_ERROR', 'SANDBOX_CPU'],
  },
  {
    title: 'recursion that catches its own overflow',
    handler: 'const f = () => { try { f() } finally { f() } }; f()',
    code: anyEnd,
  },
  { title: 'a call that never answers', handler: 'await new Promise(() => {})', code: ['SANDBOX_TIMEOUT'] },
]

/** Memory of every kind. */
export const memory: readonly Attempt[] = [
  { title: 'an array that grows', handler: "const a = []; for (;;) a.push('x'.repeat(1000) + a.length)", code: anyEnd },
  { title: 'one huge filled array', handler: 'new Array(1e9).fill({}); return "x"', code: anyEnd },
  { title: 'array buffers', handler: 'const a = []; for (;;) a.push(new ArrayBuffer(1 << 20))', code: anyEnd },
  { title: 'a map that grows', handler: 'const m = new Map(); for (let i = 0; ; i++) m.set(i, { i })', code: anyEnd },
  {
    title: 'a string that doubles and is replaced',
    handler:
      "let s = 'a'.repeat(1 << 24); for (let i = 0; i < 40; i++) s = s.replaceAll('a', 'aa'); return String(s.length)",
    code: anyEnd,
  },
  {
    title: 'promises that wait for ever',
    handler: "const a = []; for (;;) a.push(new Promise(() => {}).then(() => 'x'.repeat(100)))",
    code: anyEnd,
  },
  {
    title: 'typed arrays from an iterable without end',
    handler: 'return String(new Uint8Array((function* () { for (;;) yield 1 })()).length)',
    code: anyEnd,
  },
  { title: 'a result larger than allowed', handler: "return 'x'.repeat(2 * 1024 * 1024)", code: ['SANDBOX_PAYLOAD'] },
]

/** Floods of what crosses the bridge. */
export const floods: readonly Attempt[] = [
  {
    title: 'a flood of log lines is cut off',
    handler: "for (let i = 0; i < 2000; i++) context.log.info('x'.repeat(4000)); return 'done'",
    gets: 'done',
  },
  {
    title: 'a flood of capability calls at once is refused',
    handler:
      "const all = await Promise.allSettled(Array.from({ length: 500 }, () => context.storage.get('k'))); return String(all.filter((one) => one.status === 'rejected' && one.reason.code === 'SANDBOX_CAPABILITY_LIMIT').length > 400)",
    gets: 'true',
  },
  {
    title: 'a flood of capability calls one after another is refused',
    handler: "for (let i = 0; i < 101; i++) await context.storage.get('k'); return 'unlimited'",
    code: ['PLUGIN_ERROR'],
  },
  {
    title: 'a flood of timers is refused',
    handler:
      "try { for (let i = 0; i < 1000; i++) setTimeout(() => {}, 60000); return 'unlimited' } catch (error) { return error.constructor.name }",
    gets: 'RangeError',
  },
  {
    title: 'a flood of progress messages is cut off',
    handler: "for (let i = 0; i < 5000; i++) call.progress(i, 5000, 'x'.repeat(500)); return 'done'",
    gets: 'done',
  },
  {
    title: 'an argument larger than allowed never leaves the sandbox',
    handler:
      "try { await context.storage.set('k', 'x'.repeat(600000)); return 'stored' } catch (error) { return error.code }",
    gets: 'SANDBOX_PAYLOAD',
  },
]

/** Attacks before the first call. */
export const starts: readonly Attempt[] = [
  {
    title: 'a module that loops',
    module: 'for (;;); export default {}',
    startCode: ['SANDBOX_CPU', 'SANDBOX_START_TIMEOUT'],
  },
  {
    title: 'a module that throws something hostile',
    module: "throw { get message() { return 'x'.repeat(1e6) } }; export default {}",
    startCode: ['SANDBOX_START_FAILED'],
  },
  {
    title: 'a default export that is a proxy',
    module: 'export default new Proxy({}, { getOwnPropertyDescriptor() { throw 1 }, get() { for (;;); } })',
    startCode: ['SANDBOX_START_FAILED', 'SANDBOX_CPU'],
  },
  { title: 'a module without a default export', module: 'export const x = 1', startCode: ['SANDBOX_START_FAILED'] },
  {
    title: 'activate that never returns',
    module: 'export default { activate: () => new Promise(() => {}) }',
    startCode: ['SANDBOX_START_TIMEOUT'],
  },
  {
    title: 'a module that waits for ever',
    module: 'await new Promise(() => {}); export default {}',
    startCode: ['SANDBOX_START_FAILED', 'SANDBOX_START_TIMEOUT'],
  },
  {
    title: 'a handler for a tool that the manifest does not hold',
    module: "export default { activate(c) { c.tools.handle('shadow', () => 'x') } }",
    startCode: ['SANDBOX_START_FAILED'],
  },
  {
    title: 'two handlers for one tool',
    module:
      "export default { activate(c) { c.tools.handle('attack', () => 'a'); c.tools.handle('attack', () => 'b') } }",
    startCode: ['SANDBOX_START_FAILED'],
  },
  {
    title: 'a tool defined at run time without leave',
    module:
      "export default { activate(c) { c.tools.define({ name: 'x', description: 'x', inputSchema: { type: 'object' } }, () => 'x') } }",
    startCode: ['SANDBOX_START_FAILED'],
  },
]
