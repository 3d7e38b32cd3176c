import type { TufStore } from './tuf-store.ts'

/** The registry's keys, as the file that hosts read. */
export function describeKeys({ keys }: Pick<TufStore, 'keys'>): string {
  return `${JSON.stringify({ registry: keys.trusted() })}\n`
}
