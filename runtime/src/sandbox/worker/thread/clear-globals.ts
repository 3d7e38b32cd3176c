/** What the language itself defines on `globalThis`. All else there is Node's, and goes. */
const language = new Set<PropertyKey>([
  'globalThis',
  'Infinity',
  'NaN',
  'undefined',
  'eval',
  'isFinite',
  'isNaN',
  'parseFloat',
  'parseInt',
  'decodeURI',
  'decodeURIComponent',
  'encodeURI',
  'encodeURIComponent',
  'escape',
  'unescape',
  'AggregateError',
  'Array',
  'ArrayBuffer',
  'AsyncDisposableStack',
  'Atomics',
  'BigInt',
  'BigInt64Array',
  'BigUint64Array',
  'Boolean',
  'DataView',
  'Date',
  'DisposableStack',
  'Error',
  'EvalError',
  'FinalizationRegistry',
  'Float16Array',
  'Float32Array',
  'Float64Array',
  'Function',
  'Int16Array',
  'Int32Array',
  'Int8Array',
  'Intl',
  'Iterator',
  'JSON',
  'Map',
  'Math',
  'Number',
  'Object',
  'Promise',
  'Proxy',
  'RangeError',
  'ReferenceError',
  'Reflect',
  'RegExp',
  'Set',
  'SharedArrayBuffer',
  'String',
  'SuppressedError',
  'Symbol',
  'SyntaxError',
  'Temporal',
  'TypeError',
  'URIError',
  'Uint16Array',
  'Uint32Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'WeakMap',
  'WeakRef',
  'WeakSet',
  'WebAssembly',
])

/** What this tier is for: the real ones, where an isolate has smaller ones of its own or none. */
const webNames = [
  'URL',
  'URLSearchParams',
  'TextEncoder',
  'TextDecoder',
  'crypto',
  'ReadableStream',
  'ReadableStreamDefaultReader',
  'ReadableStreamBYOBReader',
  'ReadableStreamDefaultController',
  'ReadableByteStreamController',
  'WritableStream',
  'WritableStreamDefaultWriter',
  'WritableStreamDefaultController',
  'TransformStream',
  'TransformStreamDefaultController',
  'ByteLengthQueuingStrategy',
  'CountQueuingStrategy',
  'TextEncoderStream',
  'TextDecoderStream',
  'CompressionStream',
  'DecompressionStream',
] as const

/**
 * Takes everything of Node off `globalThis`, before the guest's prelude and any plugin code. Answers a function that puts
 * the real web classes there; called after the prelude, which freezes what it finds.
 */
export function clearGlobals(): () => void {
  const kept = webNames.map((name) => [name, Reflect.get(globalThis, name)] as const)
  for (const name of Reflect.ownKeys(globalThis)) {
    // V8's own `gc` cannot be deleted; the prelude takes it.
    if (language.has(name) || name === 'gc' || Reflect.deleteProperty(globalThis, name)) continue
    throw new Error(`Expected to remove the global ${String(name)}, it stayed.`)
  }
  const { defineProperty } = Object
  return () => {
    for (const [name, value] of kept)
      defineProperty(globalThis, name, { value, writable: true, configurable: true, enumerable: false })
  }
}
