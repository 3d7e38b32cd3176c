import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Sandbox } from '../../../runtime/src/sandbox/sandbox.ts'
import { type Arena, callTool, moduleOf, openArena } from '../../escape/arena.ts'
import { type GuestCases, patient, pluginOf, runCase } from './guest-cases.ts'

let arena: Arena
beforeAll(async () => {
  arena = await openArena()
})
afterAll(() => arena[Symbol.asyncDispose]())

// Everything that plugin code can reach without calling a constructor: members, accessors, prototypes, and the objects
// of the language that have no name. Answers what can be changed.
const walk = `
  const roots = [
    async function () {}, function* () {}, async function* () {},
    Object.getPrototypeOf((function* () {})()), Object.getPrototypeOf((async function* () {})()),
    [].values(), new Map().entries(), new Set().values(), ''[Symbol.iterator](), 'a'.matchAll(/a/g),
    Iterator.from({ next() { return { done: true } } }), [].values().map(() => 0), [].values().flatMap(() => []),
    new Intl.Segmenter().segment('a'), new Intl.Segmenter().segment('a')[Symbol.iterator](),
    new Proxy({}, {}), new URLSearchParams().entries(), new Headers().entries(), new Response().headers,
    Promise.resolve(), AbortSignal.abort(), AbortSignal.abort().reason, new Event('x'),
  ]
  const names = new Map()
  const todo = []
  const note = (value, name) => {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || names.has(value)) return
    names.set(value, name)
    todo.push(value)
  }
  const members = (value, name) => {
    for (const key of Reflect.ownKeys(value)) {
      const d = Object.getOwnPropertyDescriptor(value, key)
      note(d.value, name + '.' + String(key))
      note(d.get, name + '.get ' + String(key))
      note(d.set, name + '.set ' + String(key))
    }
  }
  // The sandbox's own global object may grow; its built-in names are looked at one by one below.
  names.set(globalThis, 'globalThis')
  members(globalThis, '')
  note(Date.prototype.toTemporalInstant.call(new Date(0)).constructor, 'Instant')
  // Samples are the plugin's own objects; what they inherit is not.
  for (const root of roots) note(Object.getPrototypeOf(root), 'prototype of ' + Object.prototype.toString.call(root))
  const error = Object.getOwnPropertyDescriptor(new Error('x'), 'stack')
  note(error.get, 'stack getter')
  note(error.set, 'stack setter')
  const open = []
  while (todo.length > 0) {
    const value = todo.pop()
    const name = names.get(value)
    note(Object.getPrototypeOf(value), name + '.[[Prototype]]')
    members(value, name)
    if (Object.isExtensible(value)) open.push(name + ' is extensible')
    for (const key of Reflect.ownKeys(value)) {
      const d = Object.getOwnPropertyDescriptor(value, key)
      if (d.configurable) open.push(name + '.' + String(key) + ' is configurable')
      if (d.writable) open.push(name + '.' + String(key) + ' is writable')
    }
  }
`

describe('built-ins of a sandbox [H3]', () => {
  it('cannot be changed, except RegExp.prototype and Error.stackTraceLimit', async () => {
    await using sandbox = await arena.open(moduleOf(`${walk} return JSON.stringify({ open, count: names.size })`), {
      installationId: 'walk',
      limits: patient,
    })
    const found: { readonly open: readonly string[]; readonly count: number } = JSON.parse(await callTool(sandbox))
    const known = /^\.RegExp\.prototype( is extensible|\.(\w+|Symbol\(Symbol\.\w+\)) is (configurable|writable))$/
    expect(found.open.filter((line) => !known.test(line))).toEqual(['.Error.stackTraceLimit is writable'])
    expect(found.count).toBeGreaterThan(900)
  })

  it('has names of the language that cannot be replaced, and names of the web that can', async () => {
    const body = `
      const names = Object.getOwnPropertyNames(globalThis)
      const open = names.filter((name) => Object.getOwnPropertyDescriptor(globalThis, name).configurable)
      globalThis.fetch = () => 'own'
      globalThis.extra = 1
      return JSON.stringify({ open: open.sort(), own: fetch(), extra, shown: Object.keys(globalThis).filter((name) => globalThis[name] !== undefined), gc: typeof gc })`
    await using sandbox = await arena.open(moduleOf(body), { installationId: 'names', limits: patient })
    const web =
      'AbortController AbortSignal Blob CryptoKey DOMException Event EventTarget Headers Request Response TextDecoder TextEncoder URL URLSearchParams atob btoa clearInterval clearTimeout console crypto fetch performance queueMicrotask setInterval setTimeout structuredClone'
    expect(JSON.parse(await callTool(sandbox))).toEqual({
      open: web.split(' '),
      own: 'own',
      extra: 1,
      shown: ['extra'],
      gc: 'undefined',
    })
  })
})

const attempt = (code: string): string =>
  `try { ${code}; return 'done' } catch (error) { return error.constructor.name }`

const cases: GuestCases = {
  'an error class that names itself': [
    "class Mine extends TypeError { constructor(m) { super(m); this.name = 'Mine'; this.message = m + '!' } } const e = new Mine('x'); return [e.name, e.message, String(e), e instanceof TypeError, Object.keys(e)]",
    ['Mine', 'x!', 'Mine: x!', true, ['name']],
  ],
  'an error function of older JavaScript': [
    "function Old(m) { this.message = m } Old.prototype = Object.create(Error.prototype); Old.prototype.constructor = Old; Old.prototype.name = 'Old'; Old.prototype.toString = function () { return 'old ' + this.message }; const e = new Old('x'); return [String(e), e.name, e.constructor === Old, e instanceof Error]",
    ['old x', 'Old', true, true],
  ],
  'objects with names that their prototype has': [
    "const o = {}; o.toString = () => 'own'; o.valueOf = () => 7; o.hasOwnProperty = 1; o.constructor = 2; o.constructor = 3; const f = () => 0; f.toString = () => 'fn'; const a = []; a.toString = () => 'list'; return [String(o), +o, o.hasOwnProperty, o.constructor, String(f), String(a), Object.keys(o).length]",
    ['own', 7, 1, 3, 'fn', 'list', 4],
  ],
  'generators as compilers to older JavaScript write them': [
    'const g = Object.create(Iterator.prototype); g.next = () => ({ done: true }); g[Symbol.iterator] = function () { return this }; return [...g].length',
    0,
  ],
  'an overridden name does not reach other objects': [
    "const o = {}; o.toString = () => 'own'; return String({})",
    '[object Object]',
  ],
  'Error.stackTraceLimit': [
    "const before = Error.stackTraceLimit; Error.stackTraceLimit = 0; const none = new Error('x').stack; Error.stackTraceLimit = before; return none",
    'Error: x',
  ],
  'a built-in prototype set through its accessor': [attempt('Object.prototype.toString = () => 1'), 'TypeError'],
  'a new member of a prototype': [attempt('Array.prototype.last = 1'), 'TypeError'],
  'a replaced method': [attempt('Promise.prototype.then = () => 1'), 'TypeError'],
  prepareStackTrace: [attempt('Error.prepareStackTrace = (error, sites) => sites'), 'TypeError'],
  'a replaced global of the language': [attempt('globalThis.Uint8Array = class {}'), 'TypeError'],
  'code from strings': [
    "const tries = [() => eval('1'), () => Function('return 1'), () => (async () => 0).constructor('return 1'), () => (function* () {}).constructor('yield 1'), () => Reflect.construct((() => 0).constructor, ['return 1'])]; return tries.map((attempt) => { try { return typeof attempt() } catch (error) { return error.constructor.name } })",
    ['EvalError', 'EvalError', 'EvalError', 'EvalError', 'EvalError'],
  ],
  'import()': ["try { await import('node:fs'); return 'in' } catch { return 'refused' }", 'refused'],
  'what was taken away': [
    'return [typeof WebAssembly, typeof SharedArrayBuffer, typeof Atomics, typeof WeakRef, typeof FinalizationRegistry, "resize" in ArrayBuffer.prototype, "transfer" in ArrayBuffer.prototype, new ArrayBuffer(8, { maxByteLength: 64 }).byteLength, "__proto__" in {}]',
    ['undefined', 'undefined', 'undefined', 'undefined', 'undefined', false, false, 8, false],
  ],
}

describe('code in a hardened sandbox [H3]', () => {
  let sandbox: Sandbox
  beforeAll(async () => {
    sandbox = await arena.open(pluginOf(cases), { installationId: 'hardened', limits: patient })
  })
  afterAll(() => sandbox[Symbol.asyncDispose]())

  it.each(Object.entries(cases).map(([name, [, expected]]) => ({ name, expected })))('$name', async (one) => {
    expect(await runCase(sandbox, one.name)).toEqual(one.expected)
  })

  it('keeps regular expressions on the fast path of the engine', async () => {
    // A subclass always takes the slow path; both run on the same machine in the same second.
    const body = `
      class Slow extends RegExp {}
      const spent = { fast: 0, slow: 0 }
      for (let round = 0; round < 4; round += 1) {
        // The engine remembers results for a text that it has seen.
        const text = round + '<div class="a b">Hello <b>world</b> &amp; <a href="x?y=1">link</a></div>\\n'.repeat(2000)
        for (const [kind, line] of [['fast', /\\n/], ['slow', new Slow('\\n')]]) {
          const began = Date.now()
          if (text.split(line).length !== 2001) throw new Error(kind)
          spent[kind] += Date.now() - began
        }
      }
      return JSON.stringify(spent)`
    await using busy = await arena.open(moduleOf(body), { installationId: 'fast', limits: patient })
    const spent: { readonly fast: number; readonly slow: number } = JSON.parse(await callTool(busy))
    expect(spent.slow).toBeGreaterThan(4 * spent.fast)
  })
})

describe('features of a profile [H6]', () => {
  const seen = `
    const memory = typeof WebAssembly === 'object' ? new WebAssembly.Memory({ initial: 1, maximum: 2, shared: true }).buffer : undefined
    const refused = (run) => { try { run(); return 'made' } catch (error) { return error.constructor.name } }
    return JSON.stringify([
      typeof WebAssembly, typeof SharedArrayBuffer, typeof Atomics,
      memory === undefined ? 'none' : refused(() => new memory.constructor(8)),
      typeof WebAssembly === 'object' ? new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])) instanceof WebAssembly.Module : 'none',
      typeof SharedArrayBuffer === 'function' ? Atomics.add(new Int32Array(new SharedArrayBuffer(8)), 0, 5) : 'none',
      typeof SharedArrayBuffer === 'function' ? 'grow' in SharedArrayBuffer.prototype : false,
      typeof WebAssembly === 'object' ? Object.isFrozen(WebAssembly) && Object.isFrozen(WebAssembly.Memory.prototype) : true,
    ])`
  const expected = [
    {
      webAssembly: false,
      sharedArrayBuffer: false,
      is: ['undefined', 'undefined', 'undefined', 'none', 'none', 'none', false, true],
    },
    {
      webAssembly: true,
      sharedArrayBuffer: false,
      is: ['object', 'undefined', 'undefined', 'TypeError', true, 'none', false, true],
    },
    {
      webAssembly: false,
      sharedArrayBuffer: true,
      is: ['undefined', 'function', 'object', 'none', 'none', 0, false, true],
    },
    { webAssembly: true, sharedArrayBuffer: true, is: ['object', 'function', 'object', 'made', true, 0, false, true] },
  ]
  it.each(expected)(
    'gives what webAssembly=$webAssembly, sharedArrayBuffer=$sharedArrayBuffer say',
    async (profile) => {
      const { is, ...features } = profile
      const profileName = `features-${Number(features.webAssembly)}${Number(features.sharedArrayBuffer)}`
      await using sandbox = await arena.open(moduleOf(seen), {
        installationId: profileName,
        profileName,
        features,
        limits: patient,
      })
      expect(JSON.parse(await callTool(sandbox))).toEqual(is)
    },
  )
})
