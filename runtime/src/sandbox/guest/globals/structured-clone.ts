import { HostMap, defineProperty, getPrototypeOf, hasOwn, isArray } from '../primordials.ts'
import { isBuffer } from './bytes.ts'
import { GuestDOMException } from './dom-exception.ts'

function dataCloneError(what: string): Error {
  return new GuestDOMException(`${what} could not be cloned.`, 'DataCloneError')
}

/** Source: HTML Standard, 2.7; errors keep name, message, stack and cause. Transfer lists are refused. */
export function structuredClone(value: unknown, options?: { readonly transfer?: readonly unknown[] }): unknown {
  if ((options?.transfer?.length ?? 0) > 0) throw dataCloneError('A transfer list')
  return clone(value, new HostMap())
}

function clone(value: unknown, seen: Map<object, unknown>): unknown {
  if (typeof value === 'function' || typeof value === 'symbol') throw dataCloneError(`A ${typeof value}`)
  if (typeof value !== 'object' || value === null) return value
  const known = seen.get(value)
  if (known !== undefined) return known
  const copy = copyOf(value, seen)
  seen.set(value, copy)
  fill(value, copy, seen)
  return copy
}

const boxed = new Set(['[object Number]', '[object String]', '[object Boolean]', '[object BigInt]'])

/** The empty copy, made before its parts, so that a cycle finds it. */
function copyOf(value: object, seen: Map<object, unknown>): object {
  if (isArray(value)) return Array.from({ length: value.length })
  if (value instanceof Date) return new Date(value.getTime())
  if (value instanceof RegExp) return new RegExp(value.source, value.flags)
  if (value instanceof Map) return new HostMap()
  if (value instanceof Set) return new Set()
  if (isBuffer(value)) return value.slice(0)
  if (ArrayBuffer.isView(value)) return copyView(value, seen)
  if (value instanceof GuestDOMException) return new GuestDOMException(value.message, value.name)
  if (value instanceof Error) return copyError(value)
  if (boxed.has(Object.prototype.toString.call(value))) return Object(value.valueOf())
  if (value instanceof Promise || value instanceof WeakMap || value instanceof WeakSet)
    throw dataCloneError('This object')
  return {}
}

const views = new HostMap<object, new (buffer: ArrayBuffer, offset: number, length: number) => object>(
  [
    DataView,
    Int8Array,
    Uint8Array,
    Uint8ClampedArray,
    Int16Array,
    Uint16Array,
    Int32Array,
    Uint32Array,
    BigInt64Array,
    BigUint64Array,
    Float32Array,
    Float64Array,
  ].map((View) => [View.prototype, View] as const),
)

function copyView(value: ArrayBufferView, seen: Map<object, unknown>): object {
  const buffer = clone(value.buffer, seen)
  const length = value instanceof DataView ? value.byteLength : Number(Reflect.get(value, 'length'))
  let prototype: object | null = getPrototypeOf(value)
  // The view of a subclass becomes one of the built-in class.
  while (prototype !== null && !views.has(prototype)) prototype = getPrototypeOf(prototype)
  const View = prototype === null ? undefined : views.get(prototype)
  if (View === undefined || !isBuffer(buffer)) throw dataCloneError('This view')
  return new View(buffer, value.byteOffset, length)
}

const errors = new HostMap(
  [EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError].map(
    (known) => [known.name, known] as const,
  ),
)

function copyError(value: Error): Error {
  const Known = errors.get(value.name) ?? Error
  const copy = new Known(value.message)
  defineProperty(copy, 'stack', { value: value.stack, writable: true, configurable: true })
  return copy
}

function fill(value: object, copy: object, seen: Map<object, unknown>): void {
  if (value instanceof Map && copy instanceof HostMap) {
    for (const [key, entry] of Array.from(value)) copy.set(clone(key, seen), clone(entry, seen))
  } else if (value instanceof Set && copy instanceof Set) {
    for (const entry of Array.from(value)) copy.add(clone(entry, seen))
  } else if (value instanceof Error) {
    if (hasOwn(value, 'cause'))
      defineProperty(copy, 'cause', { value: clone(value.cause, seen), writable: true, configurable: true })
  } else if (isArray(value) || getPrototypeOf(copy) === Object.prototype) {
    for (const key of Object.keys(value)) {
      defineProperty(copy, key, {
        value: clone(Reflect.get(value, key), seen),
        writable: true,
        enumerable: true,
        configurable: true,
      })
    }
  }
}
