import { construct, defineProperty, deleteProperty, freeze, getPrototypeOf } from './primordials.ts'
import type { Shape } from './wire.ts'

// Uncounted memory, fine clocks and code from strings: nothing a plugin needs, much that an attack does.
const removed = ['FinalizationRegistry', 'WeakRef', 'ShadowRealm', 'console']
const sharedMemory = ['SharedArrayBuffer', 'Atomics']

/** Takes dangerous built-ins away; a profile may leave the language's two heavy parts there. Runs first. */
export function removeDangers(features: Shape['features']): void {
  const names = [
    ...removed,
    ...(features.webAssembly ? [] : ['WebAssembly']),
    ...(features.sharedArrayBuffer ? [] : sharedMemory),
  ]
  if (features.webAssembly) trimWebAssembly()
  // A shared WebAssembly memory leads to this prototype, and from there to what was taken away.
  if (!features.sharedArrayBuffer) replaceConstructor(SharedArrayBuffer.prototype, refuseShared)
  else fixBuffer('SharedArrayBuffer', SharedArrayBuffer, ['grow', 'growable', 'maxByteLength'])
  fixBuffer('ArrayBuffer', ArrayBuffer, ['resize', 'transfer', 'transferToFixedLength', 'maxByteLength', 'resizable'])
  for (const name of names) deleteProperty(globalThis, name)
  deleteProperty(Object.prototype, '__proto__')
  replaceFunctionConstructors()
}

/** Buffers that change their size reserve memory that the isolate's limit does not count. */
function fixBuffer(
  name: string,
  original: ArrayBufferConstructor | SharedArrayBufferConstructor,
  resizing: readonly string[],
): void {
  const { prototype } = original
  for (const member of resizing) deleteProperty(prototype, member)
  const fixed = function (this: unknown, length?: number): unknown {
    if (new.target === undefined) throw new TypeError(`Constructor ${name} requires 'new'`)
    return construct(original, [length], new.target)
  }
  defineProperty(fixed, 'name', { value: name })
  defineProperty(fixed, 'length', { value: 1 })
  defineProperty(fixed, 'prototype', { value: prototype, writable: false })
  if ('isView' in original) defineProperty(fixed, 'isView', { value: original.isView })
  defineProperty(fixed, Symbol.species, { get: () => fixed })
  replaceConstructor(prototype, fixed)
  defineProperty(globalThis, name, { value: fixed, writable: true, configurable: true })
}

function trimWebAssembly(): void {
  const memory: unknown = Reflect.get(globalThis, 'WebAssembly')
  const Memory: unknown = typeof memory === 'object' && memory !== null ? Reflect.get(memory, 'Memory') : undefined
  if (typeof Memory !== 'function') return
  for (const member of ['toResizableBuffer', 'toFixedLengthBuffer']) deleteProperty(Memory.prototype, member)
}

function refuseShared(): never {
  throw new TypeError('SharedArrayBuffer is not available; a sandbox profile may allow it.')
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
  for (const sample of samples) replaceConstructor(getPrototypeOf(sample), refuse)
  for (const name of ['Function', 'eval'])
    defineProperty(globalThis, name, { value: freeze(refuse), writable: true, configurable: true })
}

function replaceConstructor(prototype: object, value: unknown): void {
  defineProperty(prototype, 'constructor', { value, writable: false, configurable: false })
}
