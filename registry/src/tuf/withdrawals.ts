import type { LogEntry } from '../contract/log.ts'
import type { TufRevocations } from '../contract/tuf.ts'

export const NOTHING_WITHDRAWN: TufRevocations = { revoked: [], yanked: [], keys: [] }

/** What is withdrawn after one more event of the log. */
export function withEvent(before: TufRevocations, entry: LogEntry, index: number): TufRevocations {
  const without = (list: TufRevocations['yanked'], release: { readonly id: string; readonly version: string }) =>
    list.filter(({ id, version }) => id !== release.id || version !== release.version)
  if (entry.kind === 'release.revoked') {
    return { ...before, revoked: [...without(before.revoked, entry), describe(entry, index)] }
  }
  if (entry.kind === 'release.yanked') {
    return { ...before, yanked: [...without(before.yanked, entry), describe(entry, index)] }
  }
  if (entry.kind === 'release.unyanked') return { ...before, yanked: without(before.yanked, entry) }
  if (entry.kind !== 'key.revoked') return before
  return { ...before, keys: [...before.keys, { publisherId: entry.publisherId, keyId: entry.keyId, index }] }
}

function describe(entry: { readonly id: string; readonly version: string; readonly reason: string }, index: number) {
  return { id: entry.id, version: entry.version, reason: entry.reason, index }
}
