import { createHash, sign } from 'node:crypto'
import { canonicalJson } from '../bundle/digest.ts'
import { LOG_STATEMENT_TYPE, type LogEntry, type LogRecord, type LogStatement } from '../contract/log.ts'
import { dsseEncoding, promiseEncoding } from './encodings.ts'
import type { LogKey } from './log-key.ts'

/**
 * Makes the leaf of an event: the statement about it, signed by the log as a DSSE envelope, and the body that Rekor
 * would keep for that envelope. So every verifier of Sigstore bundles can verify it.
 */
export function describeLeaf(entry: LogEntry, index: number, now: Date, key: LogKey): LogRecord {
  const statement = canonicalJson({ log: key.origin, time: now.toISOString(), entry } satisfies LogStatement)
  const signature = sign('sha256', dsseEncoding(statement), key.privateKey).toString('base64')
  const body = canonicalJson({
    apiVersion: '0.0.1',
    kind: 'dsse',
    spec: {
      envelopeHash: sha256(envelopeOf(statement, signature, key)),
      payloadHash: sha256(statement),
      signatures: [{ signature, verifier: Buffer.from(key.publicKeyPem).toString('base64') }],
    },
  })
  const integratedTime = Math.floor(now.getTime() / 1000)
  const promise = promiseEncoding({ body, integratedTime, index }, key)
  const signedEntryTimestamp = sign('sha256', promise, key.privateKey).toString('base64')
  return { index, statement, body, integratedTime, signedEntryTimestamp }
}

function envelopeOf(statement: string, signature: string, key: LogKey): string {
  return canonicalJson({
    payload: Buffer.from(statement).toString('base64'),
    payloadType: LOG_STATEMENT_TYPE,
    signatures: [{ keyid: key.logId.toString('hex'), sig: signature }],
  })
}

function sha256(text: string) {
  return { algorithm: 'sha256', value: createHash('sha256').update(text).digest('hex') }
}
