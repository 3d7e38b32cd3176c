import { join } from 'node:path'
import type { LogIdentity } from '@nexus/registry/contract'
import { type Checkpoint, type CheckpointKey, isConsistent, openCheckpoint, readLogKey } from '@nexus/registry/log'
import { z } from 'zod'
import { openJsonFile } from '../json-file.ts'
import { hostLogError } from './errors.ts'
import type { LogSource } from './log-source.ts'

const memoryFile = z.strictObject({
  version: z.literal(1),
  /** The log's key, PEM; absent until first contact. */
  publicKey: z.string().optional(),
  pinnedAt: z.iso.datetime().optional(),
  /** The greatest checkpoint that this host ever verified. */
  checkpoint: z.string().optional(),
  /** Leaves of the feed that were dealt with. */
  fed: z.int().min(0).optional(),
})

type ConsistencySource = Pick<LogSource, 'consistency'>

/** What this host knows of its registry's log, and never forgets. */
export interface LogMemory {
  readonly key: CheckpointKey | undefined
  /** The greatest checkpoint seen. */
  readonly greatest: Checkpoint | undefined
  /** Leaves of the feed that were dealt with; `undefined` before first contact. */
  readonly fed: number | undefined
  /** Pins the log's key on first contact. Fails with `LOG_KEY_CHANGED` when another one is pinned. */
  pin(identity: LogIdentity): Promise<CheckpointKey>
  /**
   * Checks that a verified checkpoint and the greatest one are of one log, and keeps the greater. Fails with
   * `LOG_FORKED` when they are not, and with `LOG_CHECKPOINT_OLD` when it is smaller than the one that is known.
   */
  advance(note: string, source: ConsistencySource, signal?: AbortSignal): Promise<Checkpoint>
  /** The same for one among many of a live feed, that may be smaller than what is known by now but must go with it. */
  accept(note: string, source: ConsistencySource, signal?: AbortSignal): Promise<Checkpoint>
  /** Remembers how far the feed was followed. */
  markFed(leaves: number): Promise<void>
}

/** For those who only look. */
export function parseMemory(text: string): z.infer<typeof memoryFile> {
  return memoryFile.parse(JSON.parse(text))
}

/** Opens `<dataDir>/log-checkpoint.json`. A damaged one is an error, never an empty memory. */
export async function openLogMemory(dataDir: string): Promise<LogMemory> {
  const path = join(dataDir, 'log-checkpoint.json')
  const file = await openJsonFile(path, memoryFile, { version: 1 }, (found) =>
    hostLogError(
      'LOG_MEMORY_INVALID',
      `Expected the greatest checkpoint in ${path}, found: ${found}. Restore the file.`,
    ),
  )
  const { publicKey: known } = file.content
  let key = known === undefined ? undefined : readLogKey(known)
  const greatest = () => {
    const { checkpoint } = file.content
    return key === undefined || checkpoint === undefined ? undefined : openCheckpoint(checkpoint, key)
  }
  const inTurn = createTurns()
  const grow = (note: string, source: ConsistencySource, signal: AbortSignal | undefined, mayBeOlder: boolean) =>
    inTurn(async () => {
      const next = openCheckpoint(note, requireKey(key))
      const before = greatest()
      if (before === undefined || next.size > before.size) {
        if (before !== undefined) await checkGrowth(before, next, source, signal)
        await file.change((current) => ({ ...current, checkpoint: note }))
      } else if (mayBeOlder) {
        await checkGrowth(next, before, source, signal)
      } else {
        await checkGrowth(before, next, source, signal)
      }
      return next
    })
  return {
    get key() {
      return key
    },
    get greatest() {
      return greatest()
    },
    get fed() {
      return file.content.fed
    },
    async pin({ publicKey }) {
      const found = readLogKey(publicKey)
      if (key === undefined) {
        await file.change((current) => ({ ...current, publicKey, pinnedAt: new Date().toISOString() }))
        key = found
      }
      return requireSame(key, found)
    },
    advance: (note, source, signal) => grow(note, source, signal, false),
    accept: (note, source, signal) => grow(note, source, signal, true),
    markFed: (leaves) => file.change((current) => ({ ...current, fed: leaves })),
  }
}

/** One after the other: of two that grow at once, the smaller one must not be put last. */
function createTurns() {
  let last: Promise<unknown> = Promise.resolve()
  return (work: () => Promise<Checkpoint>): Promise<Checkpoint> => {
    const next = last.then(work)
    last = next.catch(() => {})
    return next
  }
}

function requireKey(key: CheckpointKey | undefined): CheckpointKey {
  if (key !== undefined) return key
  throw hostLogError('LOG_KEY_CHANGED', 'Expected a log whose key is pinned, found none. Reach the registry once.', {
    details: { layer: 'log', expected: 'a pinned key', found: 'none' },
  })
}

function requireSame(pinned: CheckpointKey, found: CheckpointKey): CheckpointKey {
  if (pinned.logId.equals(found.logId)) return pinned
  throw hostLogError(
    'LOG_KEY_CHANGED',
    `Expected the log ${pinned.origin}, found ${found.origin}, which has another key.`,
    { details: { layer: 'log', expected: pinned.origin, found: found.origin } },
  )
}

async function checkGrowth(
  known: Checkpoint,
  next: Checkpoint,
  source: ConsistencySource,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (next.size < known.size) {
    throw hostLogError(
      'LOG_CHECKPOINT_OLD',
      `Expected a checkpoint of at least ${known.size} entries, which this host has seen, found one of ${next.size}.`,
      { details: { layer: 'log', expected: String(known.size), found: String(next.size) } },
    )
  }
  const isSame = next.size === known.size
  const { hashes } = isSame ? { hashes: [] } : await source.consistency(known.size, next.size, signal)
  const proof = hashes.map((hash) => Buffer.from(hash, 'hex'))
  if (isConsistent(known, next, proof)) return
  throw hostLogError(
    'LOG_FORKED',
    `Expected a log that begins with the ${known.size} entries this host has seen, found another one. The registry shows different logs to different hosts, or rewrote its own.`,
    { details: { layer: 'log', expected: known.root.toString('hex'), found: next.root.toString('hex') } },
  )
}
