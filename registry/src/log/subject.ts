import type { LogEntry } from '../contract/log.ts'

/** What an event is about, as the database finds it again. */
export function subjectOf(entry: LogEntry): string {
  if ('publisherId' in entry) return entry.publisherId
  if (entry.kind === 'channel.moved' || !('version' in entry)) return entry.id
  return releaseSubject(entry)
}

export function releaseSubject(release: { readonly id: string; readonly version: string }): string {
  return `${release.id}@${release.version}`
}
