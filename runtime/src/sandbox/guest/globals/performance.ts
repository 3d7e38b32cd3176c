import { freeze } from '../primordials.ts'

/** `performance` with the profile's clock: milliseconds since the isolate was made. Source: High Resolution Time, 7. */
export function createPerformance(now: () => number): object {
  const timeOrigin = now()
  return freeze({
    timeOrigin,
    now: () => now() - timeOrigin,
    toJSON: () => ({ timeOrigin }),
  })
}
