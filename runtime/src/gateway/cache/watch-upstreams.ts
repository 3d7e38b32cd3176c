import type { CachedResultMatch } from '../../store/cached-result.ts'
import type { Upstream, UpstreamState, UpstreamTable } from '../upstream/upstream.ts'

type Known = Pick<Upstream, 'id' | 'workspaceId'>

/** A start, and not a start again: nothing was ever heard of a connection before this one. */
function isFirstStart(before: UpstreamState | undefined, now: UpstreamState): boolean {
  return (before === 'idle' && now === 'connecting') || (before === 'connecting' && now === 'ready') || before === now
}

/**
 * Says what to forget of which upstream: results of tools when its tools change, resources by notice, everything when
 * it starts again, is swapped for another version or configuration, or goes.
 */
export function watchUpstreams(
  table: Pick<UpstreamTable, 'list' | 'get' | 'onChange'>,
  forget: (upstream: Known, match: CachedResultMatch) => void,
): Disposable {
  /** Where the life of each upstream stands; absent once it has been ready. */
  const starting = new Map<string, UpstreamState>()
  return table.onChange((workspaceId, upstreamId, change) => {
    const known = { id: upstreamId, workspaceId }
    const upstream = table.get(upstreamId)
    if (change.kind === 'tools') forget(known, { kind: 'tool' })
    else if (change.kind === 'resources') forget(known, { kind: 'resource' })
    else if (change.kind === 'resource') forget(known, { kind: 'resource', name: change.uri })
    else if (change.kind === 'removed') {
      starting.delete(upstreamId)
      forget(known, {})
    } else if (change.kind === 'added' && upstream !== undefined) {
      starting.set(upstreamId, upstream.state())
      // What a process said before this host started it was said by another process.
      if (upstream.kind !== 'remote') forget(known, {})
    } else if (change.kind === 'state' && upstream !== undefined) {
      const now = upstream.state()
      const before = starting.get(upstreamId)
      if (!isFirstStart(before, now)) forget(known, {})
      if (now === 'ready') starting.delete(upstreamId)
      else if (before !== undefined) starting.set(upstreamId, now)
    }
  })
}
