import type { LogIdentity, LoggedRecord } from '@nexus/registry/contract'
import { type CheckpointKey, isConsistent, openCheckpoint } from '@nexus/registry/log'
import type { ReleaseClaim } from '../release-claim.ts'
import type { Witness } from '../verify-chain.ts'
import { hostLogError } from './errors.ts'
import type { LogMemory } from './log-memory.ts'
import type { LogSource } from './log-source.ts'
import { verifyLog } from './verify-log.ts'

/** The log as a link of the chain. `identity` tells the log's key on first contact. */
export function createLogWitness(options: {
  readonly memory: LogMemory
  readonly source: LogSource
  readonly identity: () => Promise<LogIdentity>
}): Witness {
  const { memory, source, identity } = options
  return async (claim, moment) => {
    if (claim.log === undefined) return undefined
    const key = memory.key ?? (moment === 'install' ? await memory.pin(await identity()) : undefined)
    if (key === undefined) return undefined
    if (moment === 'start') return verifyKept(memory, claim, claim.log, key)
    const logged = await atLeastAsNew(memory, source, claim, claim.log, key)
    const { link } = verifyLog(claim, logged, key)
    await memory.advance(logged.proof.checkpoint, source)
    return link
  }
}

/** Another proof may have come in since this one was made: then the same leaf is asked for in the tree that is known. */
async function atLeastAsNew(
  { greatest }: LogMemory,
  source: LogSource,
  claim: ReleaseClaim,
  logged: LoggedRecord,
  key: CheckpointKey,
): Promise<LoggedRecord> {
  const { size } = openCheckpoint(logged.proof.checkpoint, key)
  if (greatest === undefined || size >= greatest.size) return logged
  return source.inclusion({ id: claim.id, version: claim.version, size: greatest.size }).catch((cause: unknown) => {
    throw hostLogError(
      'LOG_CHECKPOINT_OLD',
      `Expected a proof in a tree of at least ${greatest.size} entries, which this host has seen, found one in ${size}.`,
      { details: { layer: 'log', expected: String(greatest.size), found: String(size) }, cause },
    )
  })
}

/** From what was kept when it was installed: no network. The tree it was proven in was checked to be ours then. */
function verifyKept({ greatest }: LogMemory, claim: ReleaseClaim, logged: LoggedRecord, key: CheckpointKey) {
  const { link, entry } = verifyLog(claim, logged, key)
  const isOurs =
    greatest !== undefined && entry.checkpoint.size <= greatest.size && !isOther(entry.checkpoint, greatest)
  if (isOurs) return link
  throw hostLogError('LOG_FORKED', 'Expected a proof in a tree that this host has seen, found one in another.', {
    details: { layer: 'log', expected: `at most ${greatest?.size ?? 0}`, found: String(entry.checkpoint.size) },
  })
}

function isOther(kept: Parameters<typeof isConsistent>[0], greatest: Parameters<typeof isConsistent>[1]): boolean {
  return kept.size === greatest.size && !isConsistent(kept, greatest, [])
}
