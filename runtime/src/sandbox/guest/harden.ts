import {
  defineProperty,
  freeze,
  getOwnPropertyDescriptor,
  getOwnPropertyNames,
  getPrototypeOf,
  seal,
} from './primordials.ts'

// Shared or uncounted memory, clocks too fine, and code from strings: nothing a plugin needs, much that an attack does.
const removed = [
  'WebAssembly',
  'SharedArrayBuffer',
  'Atomics',
  'FinalizationRegistry',
  'WeakRef',
  'ShadowRealm',
  'console',
]

/** Takes dangerous built-ins away. Runs first. */
export function removeDangers(): void {
  for (const name of removed) Reflect.deleteProperty(globalThis, name)
  const temporal: unknown = Reflect.get(globalThis, 'Temporal')
  if (typeof temporal === 'object' && temporal !== null) Reflect.deleteProperty(temporal, 'Now')
  Reflect.deleteProperty(Object.prototype, '__proto__')
  replaceArrayBuffer()
  replaceFunctionConstructors()
}

// Resizable buffers reserve memory that the isolate's limit does not count.
function replaceArrayBuffer(): void {
  const Original = ArrayBuffer
  for (const name of ['resize', 'transfer', 'transferToFixedLength', 'maxByteLength', 'resizable']) {
    Reflect.deleteProperty(Original.prototype, name)
  }
  const Fixed = function (this: unknown, length?: number): ArrayBuffer {
    if (new.target === undefined) throw new TypeError("Constructor ArrayBuffer requires 'new'")
    return Reflect.construct(Original, [length], new.target)
  }
  defineProperty(Fixed, 'name', { value: 'ArrayBuffer' })
  defineProperty(Fixed, 'prototype', { value: Original.prototype, writable: false })
  defineProperty(Fixed, 'isView', { value: Original.isView })
  defineProperty(Fixed, Symbol.species, { get: () => Fixed })
  defineProperty(Original.prototype, 'constructor', { value: Fixed, writable: false, configurable: false })
  defineProperty(globalThis, 'ArrayBuffer', { value: freeze(Fixed), writable: true, configurable: true })
}

function refuse(): never {
  throw new EvalError('Code from strings is not allowed in a sandbox.')
}

function replaceFunctionConstructors(): void {
  defineProperty(refuse, 'name', { value: 'Function' })
  defineProperty(refuse, 'prototype', { value: getPrototypeOf(refuse), writable: false })
  const samples = [
    function () {
      return undefined
    },
    async () => undefined,
    function* () {
      yield undefined
    },
    async function* () {
      yield undefined
    },
  ]
  for (const sample of samples) {
    defineProperty(getPrototypeOf(sample), 'constructor', { value: refuse, writable: false, configurable: false })
  }
  freeze(refuse)
  for (const name of ['Function', 'eval'])
    defineProperty(globalThis, name, { value: refuse, writable: true, configurable: true })
}

const frozen = [
  'JSON',
  'Math',
  'Reflect',
  'Intl',
  'Promise',
  'Map',
  'Set',
  'WeakMap',
  'WeakSet',
  'Symbol',
  'Proxy',
  'Iterator',
  'DataView',
  'BigInt',
]
// Instances commonly get own properties with these prototypes' names (`error.name`, `object.toString`), which a frozen
// prototype would forbid: sealed prototypes cannot grow, which is what pollution needs.
const sealed = [
  'Object',
  'Array',
  'String',
  'Number',
  'Boolean',
  'RegExp',
  'Date',
  'Error',
  'TypeError',
  'RangeError',
  'SyntaxError',
  'ReferenceError',
  'EvalError',
  'URIError',
  'AggregateError',
]

/** Makes built-ins unable to grow. Runs last before plugin code. */
export function sealBuiltIns(): void {
  for (const name of frozen) each(name, freeze)
  for (const name of sealed) each(name, seal)
  const typedArray: unknown = getPrototypeOf(Uint8Array)
  if (typeof typedArray === 'function') {
    freeze(typedArray)
    freeze(typedArray.prototype)
  }
  freeze(getPrototypeOf([][Symbol.iterator]()))
  seal(getPrototypeOf(removeDangers))
  for (const name of getOwnPropertyNames(globalThis)) {
    const descriptor = getOwnPropertyDescriptor(globalThis, name)
    if (descriptor?.configurable === true) defineProperty(globalThis, name, { enumerable: false })
  }
}

function each(name: string, change: (value: object) => unknown): void {
  const value: unknown = Reflect.get(globalThis, name)
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return
  change(value)
  const prototype: unknown = Reflect.get(value, 'prototype')
  if (typeof prototype === 'object' && prototype !== null) change(prototype)
}
