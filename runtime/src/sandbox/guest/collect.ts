import { defineProperty, get } from './primordials.ts'

/**
 * Takes V8's own `gc` away from plugin code and keeps it: the cell collects when the isolate did nothing for a while.
 * An ordinary collection leaves half-empty pages behind, the last resort moves what is left together.
 */
export function takeCollector(): () => void {
  const collect: unknown = get(globalThis, 'gc')
  if (typeof collect !== 'function') return () => undefined
  // V8 makes it a property that cannot be deleted, only emptied.
  defineProperty(globalThis, 'gc', { value: undefined, writable: false })
  return () => collect({ type: 'major', execution: 'sync', flavor: 'last-resort' })
}
