import { bundleFromJSON } from '@sigstore/bundle'
import { Verifier, toSignedEntity } from '@sigstore/verify'
import { parseStrictJson } from '../bundle/strict-json.ts'
import { type LogStatement, type LoggedRecord, logStatement } from '../contract/log.ts'
import { type Checkpoint, type CheckpointKey, openCheckpoint } from './checkpoint.ts'
import { logError } from './errors.ts'
import { toSignatureBundle } from './signature-bundle.ts'

/** An entry that is in the log, and the tree it was proven in. */
export interface VerifiedLogEntry extends LogStatement {
  readonly index: number
  readonly checkpoint: Checkpoint
}

const LOG_ONLY = { ctlogThreshold: 0, tlogThreshold: 1, timestampThreshold: 0 }
const ALWAYS = { start: new Date(0), end: new Date(8_640_000_000_000_000) }

/**
 * Checks that an entry is in the log, from what was handed over and the log's key alone: checkpoint, inclusion proof,
 * signed timestamp and the statement's signature, all by `@sigstore/verify`. What the entry is about, and whether the
 * checkpoint goes with those seen before, is for the caller to check.
 */
export function verifyLogged(logged: LoggedRecord, key: CheckpointKey): VerifiedLogEntry {
  const { record, proof } = logged
  const checkpoint = openCheckpoint(proof.checkpoint, key)
  // The library reads the size from the checkpoint and the index from the proof: what is said beside them must agree.
  if (proof.size !== checkpoint.size || proof.index !== record.index) {
    throw refused(`a proof for leaf ${record.index} of ${checkpoint.size}`, `one for ${proof.index} of ${proof.size}`)
  }
  try {
    const tlog = { baseURL: key.origin, logID: key.logId, publicKey: key.publicKey, validFor: ALWAYS }
    const publicKey = () => ({ publicKey: key.publicKey, validFor: () => true })
    const material = { certificateAuthorities: [], timestampAuthorities: [], ctlogs: [], tlogs: [tlog], publicKey }
    new Verifier(material, LOG_ONLY).verify(toSignedEntity(bundleFromJSON(toSignatureBundle(logged, key))))
  } catch (cause) {
    // Whatever the libraries throw on hostile input (TypeError included) is a refusal.
    throw refused('an entry whose proof leads to the checkpoint', 'one whose proof does not', cause)
  }
  const statement = logStatement.safeParse(parseStrictJson(Buffer.from(record.statement), 'the log statement'))
  if (!statement.success || statement.data.log !== key.origin) {
    throw logError('LOG_ENTRY_MISMATCH', 'Expected a statement of this log about an event, found another.', {
      details: { layer: 'log', expected: key.origin, found: statement.data?.log ?? 'another statement' },
    })
  }
  return { ...statement.data, index: record.index, checkpoint }
}

function refused(expected: string, found: string, cause?: unknown) {
  return logError('LOG_PROOF_INVALID', `Expected ${expected}, found ${found}.`, {
    details: { layer: 'log', expected, found },
    cause,
  })
}
