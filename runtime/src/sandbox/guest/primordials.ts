// Taken before plugin code runs, so that a plugin which replaces a built-in only confuses itself.

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
  seal,
} = Object
export const { apply, get, ownKeys } = Reflect
export const { floor, max, min } = Math
export const HostPromise = Promise
export const HostMap = Map
export const HostError = Error
export const HostTypeError = TypeError
export const HostRangeError = RangeError
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
