import { createHash, verify } from 'node:crypto'
import { z } from 'zod'
import { parseStrictJson } from '../bundle/strict-json.ts'
import { type LogRecord, type LogStatement, logStatement } from '../contract/log.ts'
import type { CheckpointKey } from './checkpoint.ts'
import { dsseEncoding, promiseEncoding } from './encodings.ts'
import { logError } from './errors.ts'

const dsseBody = z.strictObject({
  apiVersion: z.literal('0.0.1'),
  kind: z.literal('dsse'),
  spec: z.strictObject({
    envelopeHash: z.strictObject({ algorithm: z.literal('sha256'), value: z.string() }),
    payloadHash: z.strictObject({ algorithm: z.literal('sha256'), value: z.string() }),
    signatures: z.array(z.strictObject({ signature: z.base64(), verifier: z.base64() })).length(1),
  }),
})

/**
 * Checks a leaf by itself, for those who have the whole log and need no proof: its body is about its statement, and the
 * log signed that statement.
 */
export function checkLeaf(record: LogRecord, key: CheckpointKey): LogStatement {
  const body = dsseBody.safeParse(parseStrictJson(Buffer.from(record.body), 'the log entry'))
  const hash = createHash('sha256').update(record.statement).digest('hex')
  const signature = Buffer.from(body.data?.spec.signatures[0]?.signature ?? '', 'base64')
  const isAbout = body.data?.spec.payloadHash.value === hash
  if (!isAbout || !verify('sha256', dsseEncoding(record.statement), key.publicKey, signature)) {
    throw mismatch(record.index, 'a body that signs its statement', 'another')
  }
  const promise = Buffer.from(record.signedEntryTimestamp, 'base64')
  if (!verify('sha256', promiseEncoding(record, key), key.publicKey, promise)) {
    throw mismatch(record.index, 'an entry with the time that the log signed', 'another time')
  }
  const statement = logStatement.safeParse(parseStrictJson(Buffer.from(record.statement), 'the log statement'))
  if (!statement.success || statement.data.log !== key.origin) {
    throw mismatch(record.index, `a statement of ${key.origin}`, statement.data?.log ?? 'something else')
  }
  return statement.data
}

function mismatch(index: number, expected: string, found: string) {
  return logError('LOG_ENTRY_MISMATCH', `Expected entry ${index} to be ${expected}, found ${found}.`, {
    details: { layer: 'log', expected, found },
  })
}
