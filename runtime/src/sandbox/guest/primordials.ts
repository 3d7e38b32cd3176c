// Taken before plugin code runs, so that a plugin which replaces a built-in only confuses itself. Prototypes are frozen
// (see `harden.ts`), so that methods may be called as usual; only regular expressions are not used in the prelude, because
// `RegExp.prototype` must stay open.

export const { parse: parseJson, stringify: toJson } = JSON
export const {
  create,
  freeze,
  defineProperty,
  getOwnPropertyNames,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  hasOwn,
  keys,
} = Object
export const { apply, construct, deleteProperty, get, ownKeys } = Reflect
export const { ceil, floor, max, min } = Math
export const HostPromise = Promise
export const HostMap = Map
export const HostSet = Set
export const HostWeakMap = WeakMap
export const HostArray = Array<unknown>
export const HostError = Error
export const HostTypeError = TypeError
export const HostRangeError = RangeError
export const HostUint8Array = Uint8Array
export const { isArray } = Array
export const toNumber = Number
export const toText = String

const promiseThen = Promise.prototype.then
/** `promise.then` as the engine made it. */
export function whenSettled<Value>(
  promise: Promise<Value>,
  done: (value: Value) => void,
  failed: (reason: unknown) => void,
): void {
  apply(promiseThen, promise, [done, failed])
}
