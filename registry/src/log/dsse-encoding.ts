import { LOG_STATEMENT_TYPE } from '../contract/log.ts'

/** DSSE's pre-authentication encoding: what is really signed. Source: DSSE protocol 1.0. */
export function dsseEncoding(payload: string): Buffer {
  return Buffer.from(
    `DSSEv1 ${LOG_STATEMENT_TYPE.length} ${LOG_STATEMENT_TYPE} ${Buffer.byteLength(payload)} ${payload}`,
  )
}
