import { codedError } from '../guest-error.ts'
import { defineProperty } from '../primordials.ts'

function dataCloneError(what: string): Error {
  const error = codedError('DATA_CLONE_ERR', `${what} could not be cloned.`)
  defineProperty(error, 'name', { value: 'DataCloneError' })
  return error
}

/** Source: HTML Standard, 2.7; errors keep name, message, stack and cause. Transfer lists are refused. */
export function structuredClone(value: unknown, options?: { readonly transfer?: readonly unknown[] }): unknown {
  if ((options?.transfer?.length ?? 0) > 0) throw dataCloneError('A transfer list')
  return clone(value, new Map())
}

function clone(value: unknown, seen: Map<object, unknown>): unknown {
  if (typeof value === 'function' || typeof value === 'symbol') throw dataCloneError(typeof value)
  if (typeof value !== 'object' || value === null) return value
  const known = seen.get(value)
  if (known !== undefined) return known
  const copy = copyOf(value, seen)
  seen.set(value, copy)
  fill(value, copy, seen)
  return copy
}

const boxed = new Set(['[object Number]', '[object String]', '[object Boolean]'])

/** The empty copy, made before its parts, so that a cycle finds it. */
function copyOf(value: object, seen: Map<object, unknown>): object {
  if (Array.isArray(value)) return Array.from({ length: value.length })
  if (value instanceof Date) return new Date(value.getTime())
  if (value instanceof RegExp) return new RegExp(value.source, value.flags)
  if (value instanceof Map) return new Map()
  if (value instanceof Set) return new Set()
  if (value instanceof ArrayBuffer) return value.slice(0)
  if (ArrayBuffer.isView(value)) return copyView(value, seen)
  if (value instanceof Error) return copyError(value)
  if (boxed.has(Object.prototype.toString.call(value))) return Object(value.valueOf())
  if (value instanceof Promise || value instanceof WeakMap || value instanceof WeakSet)
    throw dataCloneError('This object')
  return {}
}

function copyView(value: ArrayBufferView, seen: Map<object, unknown>): object {
  const buffer = clone(value.buffer, seen)
  const length = value instanceof DataView ? value.byteLength : Number(Reflect.get(value, 'length'))
  const made: unknown = Reflect.construct(value.constructor, [buffer, value.byteOffset, length])
  if (typeof made !== 'object' || made === null) throw dataCloneError('This view')
  return made
}

const errorNames = new Map(
  [EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError].map(
    (known) => [known.name, known] as const,
  ),
)

function copyError(value: Error): Error {
  const Known = errorNames.get(value.name) ?? Error
  const copy = new Known(value.message)
  defineProperty(copy, 'stack', { value: value.stack, writable: true, configurable: true })
  return copy
}

function fill(value: object, copy: object, seen: Map<object, unknown>): void {
  if (value instanceof Map && copy instanceof Map) {
    for (const [key, entry] of Array.from(value)) copy.set(clone(key, seen), clone(entry, seen))
  } else if (value instanceof Set && copy instanceof Set) {
    for (const entry of Array.from(value)) copy.add(clone(entry, seen))
  } else if (value instanceof Error) {
    if (Object.hasOwn(value, 'cause'))
      defineProperty(copy, 'cause', { value: clone(value.cause, seen), writable: true, configurable: true })
  } else if (Array.isArray(value) || copy.constructor === Object) {
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
