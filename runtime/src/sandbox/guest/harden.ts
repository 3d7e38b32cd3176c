import {
  defineProperty,
  freeze,
  get,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  hasOwn,
  ownKeys,
} from './primordials.ts'

/**
 * Freezes every built-in that plugin code can reach, and pins the names of the language on `globalThis`. Two exceptions:
 * `RegExp.prototype` stays as it is, because V8 takes its fast path for `replace`, `split` and `match` only while that
 * object has its first hidden class (20 to 60 times slower otherwise); and `Error.stackTraceLimit` may be set, as
 * libraries do. Runs last before plugin code. `extra`: objects that no global leads to yet.
 */
export function freezeBuiltIns(language: ReadonlySet<PropertyKey>, extra: readonly object[]): void {
  allowOverrides()
  freezeReachable([...hiddenIntrinsics(), ...extra])
  for (const name of ownKeys(globalThis)) {
    const change = language.has(name) ? { writable: false, configurable: false } : { enumerable: false }
    if (getOwnPropertyDescriptor(globalThis, name)?.configurable === true) defineProperty(globalThis, name, change)
  }
}

/** The names that the language itself put on `globalThis`; what a plugin may not replace. */
export function languageNames(): ReadonlySet<PropertyKey> {
  return new Set(ownKeys(globalThis))
}

const errors = [
  'Error',
  'TypeError',
  'RangeError',
  'SyntaxError',
  'ReferenceError',
  'EvalError',
  'URIError',
  'AggregateError',
  'SuppressedError',
]

/**
 * Assigning to an object a name that its frozen prototype holds fails in JavaScript. Where code commonly does that
 * (`this.name = …` in an error's constructor, `toString` on an object), an accessor makes it work: it answers the
 * built-in value, and setting it defines the property on the object itself. Names that V8 watches to keep arrays and
 * promises fast (`constructor`, `then`, iterators) cannot be among them.
 */
function allowOverrides(): void {
  override(Object.prototype, [
    'constructor',
    'toString',
    'toLocaleString',
    'valueOf',
    'hasOwnProperty',
    'isPrototypeOf',
    'propertyIsEnumerable',
  ])
  override(getPrototypeOf(override), ['toString'])
  override(Array.prototype, ['toString'])
  // Compilers to older JavaScript assign this one on their generators.
  override(Iterator.prototype, [Symbol.iterator])
  for (const name of errors) {
    const prototype: unknown = Reflect.get(globalThis, name)?.prototype
    if (typeof prototype === 'object' && prototype !== null)
      override(prototype, ['name', 'message', 'constructor', 'toString'])
  }
}

function override(prototype: object, names: readonly PropertyKey[]): void {
  for (const name of names) {
    const descriptor = getOwnPropertyDescriptor(prototype, name)
    if (descriptor === undefined || !('value' in descriptor)) continue
    const value: unknown = descriptor.value
    const accessor = {
      get: () => value,
      set(this: unknown, own: unknown) {
        if (this === prototype) throw new TypeError(`Cannot assign to read only property '${String(name)}' of object`)
        if (typeof this !== 'object' && typeof this !== 'function') return
        if (this !== null) setOwn(this, name, own)
      },
    }
    defineProperty(prototype, name, { ...accessor, enumerable: false, configurable: false })
  }
}

function setOwn(target: object, name: PropertyKey, value: unknown): void {
  const known = hasOwn(target, name)
  defineProperty(target, name, known ? { value } : { value, writable: true, enumerable: true, configurable: true })
}

/** Objects of the language that have no name. */
function hiddenIntrinsics(): readonly unknown[] {
  const samples: readonly unknown[] = [
    async () => undefined,
    (function* () {
      yield undefined
    })(),
    (async function* () {
      yield undefined
    })(),
    [].values(),
    new Map().keys(),
    new Set().keys(),
    ''[Symbol.iterator](),
    ''.matchAll(/a/g),
    Iterator.from({ next: () => ({ done: true, value: undefined }) }),
    [].values().map(() => undefined),
    new Intl.Segmenter().segment(''),
    new Intl.Segmenter().segment('')[Symbol.iterator](),
  ]
  // Each error has its `stack` as an accessor of two shared functions.
  const stack = getOwnPropertyDescriptor(new Error('sample'), 'stack')
  const chains: unknown[] = [stack?.get, stack?.set]
  const generatorFunctions = [function* () {}, async function* () {}]
  for (const sample of [...samples, ...generatorFunctions]) {
    for (let at: unknown = sample; at !== null;) {
      at = getPrototypeOf(at)
      chains.push(at)
    }
  }
  return chains
}

// Descriptors would leave a megabyte of garbage behind in each sandbox; these two make none.
type LookUp = (object: object, name: PropertyKey) => unknown
const lookUpGetter: LookUp = unbound('__lookupGetter__')
const lookUpSetter: LookUp = unbound('__lookupSetter__')

function unbound(name: string): LookUp {
  const method: unknown = get(Object.prototype, name)
  return Function.prototype.call.bind(typeof method === 'function' ? method : () => undefined)
}

/**
 * A walk along prototypes, members and accessors. A function without a prototype of its own is frozen unseen, which
 * saves half of the time: but for two it holds nothing that leads further.
 */
function freezeReachable(roots: readonly unknown[]): void {
  const seen = new Set<unknown>([globalThis, RegExp.prototype])
  const waiting: object[] = []
  const walked = new Set<unknown>([getPrototypeOf(override), Proxy])
  const note = (value: unknown): void => {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) return
    if (typeof value === 'function' && value.prototype === undefined && !walked.has(value)) freeze(value)
    else {
      seen.add(value)
      waiting.push(value)
    }
  }
  const noteMembers = (object: object): void => {
    for (const name of ownKeys(object)) {
      if (typeof object === 'function' && (name === 'length' || name === 'name')) continue
      const getter = lookUpGetter(object, name)
      if (getter === undefined) note(get(object, name))
      else {
        note(getter)
        note(lookUpSetter(object, name))
      }
    }
  }
  noteMembers(globalThis)
  noteMembers(RegExp.prototype)
  for (const root of roots) note(root)
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    note(getPrototypeOf(next))
    noteMembers(next)
    if (next === Error) freezeError()
    else freeze(next)
  }
}

function freezeError(): void {
  for (const name of ownKeys(Error)) {
    if (name === 'stackTraceLimit') defineProperty(Error, name, { configurable: false })
    else if (getOwnPropertyDescriptor(Error, name)?.configurable === true)
      defineProperty(Error, name, { writable: false, configurable: false })
  }
  Object.preventExtensions(Error)
}
