import { canonicalJson } from '../bundle/digest.ts'
import { LOG_STATEMENT_TYPE, type LogRecord } from '../contract/log.ts'
import type { CheckpointKey } from './checkpoint.ts'

/** DSSE's pre-authentication encoding: what is really signed. Source: DSSE protocol 1.0. */
export function dsseEncoding(payload: string): Buffer {
  return Buffer.from(
    `DSSEv1 ${LOG_STATEMENT_TYPE.length} ${LOG_STATEMENT_TYPE} ${Buffer.byteLength(payload)} ${payload}`,
  )
}

/** What a signed entry timestamp signs: the entry, its place and its time. Source: Rekor. */
export function promiseEncoding(
  { body, integratedTime, index }: Pick<LogRecord, 'body' | 'integratedTime' | 'index'>,
  { logId }: Pick<CheckpointKey, 'logId'>,
): Buffer {
  return Buffer.from(
    canonicalJson({
      body: Buffer.from(body).toString('base64'),
      integratedTime,
      logID: logId.toString('hex'),
      logIndex: index,
    }),
  )
}
