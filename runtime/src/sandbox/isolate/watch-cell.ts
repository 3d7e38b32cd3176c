import { type Channel } from '../channel/channel.ts'
import { frameKinds } from '../channel/frame.ts'
import {
  CELL_START_MS,
  HEARTBEAT_KILL_MS,
  HEARTBEAT_MS,
  MEMORY_HARD_FACTOR,
  MEMORY_LAST_WORD_MS,
  MEMORY_POLL_MS,
} from './limits.ts'
import { readResidentBytes } from './read-memory.ts'

/** The supervisor's eyes on one cell: does it answer, and how much memory does it hold. */
export interface CellWatch {
  heard(): void
  prepared(): void
  /** What the cell says of itself; believed only where the system does not tell. */
  saidResidentBytes(bytes: number): void
  stop(): void
}

export interface WatchCellParts {
  readonly channel: Channel
  readonly pid: () => number
  readonly memoryCapBytes: () => number
  readonly kill: (why: 'silent' | 'memory') => void
}

export function watchCell({ channel, pid, memoryCapBytes, kill }: WatchCellParts): CellWatch {
  // Beats, not time: while this process itself stood still, nobody could be heard.
  let unanswered = 0
  let convicting: NodeJS.Timeout | undefined
  const judge = (residentBytes: number): void => {
    const over = residentBytes / memoryCapBytes()
    if (over > MEMORY_HARD_FACTOR) kill('memory')
    else if (over > 1 && convicting === undefined) {
      // One last question: whose code is running? Only that one is to blame.
      channel.send(frameKinds.ping, 0, 0)
      convicting = setTimeout(() => kill('memory'), MEMORY_LAST_WORD_MS)
    }
  }
  const heartbeat = setInterval(() => {
    unanswered += 1
    if (unanswered * HEARTBEAT_MS > HEARTBEAT_KILL_MS) kill('silent')
    else channel.send(frameKinds.ping, 0, 0)
  }, HEARTBEAT_MS)
  const memory = setInterval(() => judge(readResidentBytes(pid()) ?? 0), MEMORY_POLL_MS)
  const late = setTimeout(() => kill('silent'), CELL_START_MS)
  return {
    heard: () => {
      unanswered = 0
    },
    prepared: () => clearTimeout(late),
    saidResidentBytes: (bytes) => {
      if (readResidentBytes(pid()) === undefined) judge(bytes)
    },
    stop: () => {
      for (const timer of [heartbeat, memory, late, convicting]) clearTimeout(timer)
    },
  }
}
