import { defineProperty, floor } from '../primordials.ts'

/** Replaces `Date` by one whose present is rounded down to the profile's resolution. Returns that clock. */
export function coarsenDate(resolutionMs: number): () => number {
  const Original = Date
  const originalNow = Date.now
  const now = (): number => floor(originalNow() / resolutionMs) * resolutionMs
  const Coarse = function (this: unknown, ...args: readonly unknown[]): unknown {
    if (new.target === undefined) return new Original(now()).toString()
    return Reflect.construct(Original, args.length === 0 ? [now()] : args, new.target)
  }
  defineProperty(Coarse, 'name', { value: 'Date' })
  defineProperty(Coarse, 'length', { value: 7 })
  defineProperty(Coarse, 'prototype', { value: Original.prototype, writable: false })
  defineProperty(Coarse, 'now', { value: now })
  defineProperty(Coarse, 'parse', { value: Original.parse })
  defineProperty(Coarse, 'UTC', { value: Original.UTC })
  defineProperty(Original.prototype, 'constructor', { value: Coarse, writable: false, configurable: false })
  defineProperty(globalThis, 'Date', { value: Coarse, writable: true, configurable: true })
  // Without an argument these would read the fine clock.
  for (const name of ['format', 'formatToParts'] as const) coarsenFormat(name, now)
  return now
}

function coarsenFormat(name: 'format' | 'formatToParts', now: () => number): void {
  const { prototype } = Intl.DateTimeFormat
  const descriptor = Object.getOwnPropertyDescriptor(prototype, name)
  if (descriptor?.get !== undefined) {
    const { get } = descriptor
    defineProperty(prototype, name, {
      get(this: Intl.DateTimeFormat) {
        const format: unknown = Reflect.apply(get, this, [])
        return typeof format === 'function'
          ? (date?: unknown) => Reflect.apply(format, undefined, [date ?? now()])
          : format
      },
      configurable: true,
    })
  } else if (typeof descriptor?.value === 'function') {
    const { value } = descriptor
    defineProperty(prototype, name, {
      value(this: unknown, date?: unknown) {
        return Reflect.apply(value, this, [date ?? now()])
      },
      configurable: true,
    })
  }
}
