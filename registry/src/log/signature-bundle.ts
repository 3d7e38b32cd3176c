import { LOG_STATEMENT_TYPE, type LoggedRecord } from '../contract/log.ts'
import { type CheckpointKey, openCheckpoint } from './checkpoint.ts'
import { logError } from './errors.ts'

/**
 * A log entry as a Sigstore bundle: the log's statement as a DSSE envelope, and its place in the log. Any verifier of
 * such bundles that is given the log's key can check it.
 */
export function toSignatureBundle({ record, proof }: LoggedRecord, key: CheckpointKey) {
  const keyId = key.logId.toString('base64')
  return {
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: {
      publicKey: { hint: key.logId.toString('hex') },
      tlogEntries: [
        {
          logIndex: String(record.index),
          logId: { keyId },
          kindVersion: { kind: 'dsse', version: '0.0.1' },
          integratedTime: String(record.integratedTime),
          inclusionPromise: { signedEntryTimestamp: record.signedEntryTimestamp },
          inclusionProof: {
            logIndex: String(proof.index),
            treeSize: String(proof.size),
            rootHash: openCheckpoint(proof.checkpoint, key).root.toString('base64'),
            hashes: proof.hashes.map((hash) => Buffer.from(hash, 'hex').toString('base64')),
            checkpoint: { envelope: proof.checkpoint },
          },
          canonicalizedBody: Buffer.from(record.body).toString('base64'),
        },
      ],
    },
    dsseEnvelope: {
      payload: Buffer.from(record.statement).toString('base64'),
      payloadType: LOG_STATEMENT_TYPE,
      signatures: [{ keyid: '', sig: signatureIn(record.body) }],
    },
  }
}

/** The signature over the statement is kept in the body only. */
function signatureIn(body: string): string {
  try {
    const parsed: unknown = JSON.parse(body)
    const found = FIND.reduce<unknown>(
      (value, member) => Object.getOwnPropertyDescriptor(Object(value), member)?.value,
      parsed,
    )
    if (typeof found === 'string') return found
  } catch {
    // Not JSON: refused below, in words that say what was expected.
  }
  throw logError('LOG_ENTRY_MISMATCH', 'Expected a log entry of the kind dsse with one signature, found another.', {
    details: { layer: 'log', expected: 'a dsse entry', found: body.slice(0, 40) },
  })
}

const FIND = ['spec', 'signatures', '0', 'signature']
