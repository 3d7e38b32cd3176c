import { randomUUID } from 'node:crypto'
import type { Store } from '../store/store.ts'

/** How soon another node notices. */
const MARKS_MS = 2_000

/** Tells other nodes that something of a room changed for a workspace, and hears it from them. */
export interface RoomMarks extends Disposable {
  /** Told once for all changes of a moment. */
  changed(workspaceId: string): void
}

/**
 * Compares the marks of a room every two seconds. A node that cannot read them misses nothing: it compares again with
 * what it knew.
 */
export function watchRoomMarks(
  rows: Store['roomMarks'],
  room: string,
  heard: (workspaceId: string) => void,
  everyMs = MARKS_MS,
): RoomMarks {
  const known = new Map<string, string>()
  const waiting = new Set<string>()
  let isFirst = true
  const look = async (): Promise<void> => {
    for (const { workspaceId, mark } of await rows.list(room)) {
      const isNews = known.get(workspaceId) !== mark
      known.set(workspaceId, mark)
      if (isNews && !isFirst) heard(workspaceId)
    }
    isFirst = false
  }
  const tell = async (): Promise<void> => {
    for (const workspaceId of waiting) {
      const mark = randomUUID()
      waiting.delete(workspaceId)
      try {
        await rows.put({ room, workspaceId, mark })
      } catch (error) {
        // The others have not heard of it yet.
        waiting.add(workspaceId)
        throw error
      }
      known.set(workspaceId, mark)
    }
  }
  let isBusy = false
  const turn = async (): Promise<void> => {
    if (isBusy) return
    isBusy = true
    try {
      await tell()
      await look()
    } catch {
      // The next turn tries again; a database that is away is everybody's concern and reported elsewhere.
    } finally {
      isBusy = false
    }
  }
  void turn()
  const timer = setInterval(() => void turn(), everyMs)
  timer.unref()
  return {
    changed: (workspaceId) => void waiting.add(workspaceId),
    [Symbol.dispose]: () => clearInterval(timer),
  }
}
