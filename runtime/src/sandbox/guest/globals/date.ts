import { construct, defineProperty, deleteProperty, floor } from '../primordials.ts'

/**
 * Rounds the present down to the profile's resolution wherever the language tells it: `Date`, `Intl` and
 * `Temporal.Now`. Returns that clock.
 */
export function coarsenDate(resolutionMs: number, present: () => number): () => number {
  const Original = Date
  const now = (): number => floor(present() / resolutionMs) * resolutionMs
  const Coarse = function (this: unknown, ...args: readonly unknown[]): unknown {
    if (new.target === undefined) return new Original(now()).toString()
    return construct(Original, args.length === 0 ? [now()] : args, new.target)
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
  coarsenTemporal(now)
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
          ? (date?: unknown) => Reflect.apply(format, undefined, [date === undefined ? now() : date])
          : format
      },
      configurable: true,
    })
  } else if (typeof descriptor?.value === 'function') {
    const { value } = descriptor
    defineProperty(prototype, name, {
      value(this: unknown, date?: unknown) {
        return Reflect.apply(value, this, [date === undefined ? now() : date])
      },
      configurable: true,
    })
  }
}

interface Instant {
  toZonedDateTimeISO(zone: unknown): Readonly<Record<'toPlainDateTime' | 'toPlainDate' | 'toPlainTime', () => unknown>>
}

// The types of Temporal are not in the language level this is compiled for.
function coarsenTemporal(now: () => number): void {
  const temporal: unknown = Reflect.get(globalThis, 'Temporal')
  if (typeof temporal !== 'object' || temporal === null) return
  const clock: unknown = Reflect.get(temporal, 'Now')
  const { fromEpochMilliseconds } = Reflect.get(temporal, 'Instant')
  if (typeof clock !== 'object' || clock === null || typeof fromEpochMilliseconds !== 'function') {
    deleteProperty(temporal, 'Now')
    return
  }
  const timeZoneId: unknown = Reflect.get(clock, 'timeZoneId')
  if (typeof timeZoneId !== 'function') return
  const instant = (): Instant => Reflect.apply(fromEpochMilliseconds, undefined, [now()])
  const zoned = (zone: unknown = Reflect.apply(timeZoneId, undefined, [])) => instant().toZonedDateTimeISO(zone)
  const coarse = {
    instant: () => instant(),
    zonedDateTimeISO: (zone?: unknown) => zoned(zone),
    plainDateTimeISO: (zone?: unknown) => zoned(zone).toPlainDateTime(),
    plainDateISO: (zone?: unknown) => zoned(zone).toPlainDate(),
    plainTimeISO: (zone?: unknown) => zoned(zone).toPlainTime(),
  }
  for (const [name, value] of Object.entries(coarse))
    defineProperty(clock, name, { value, writable: true, enumerable: false, configurable: true })
}
