import { isUtf8 } from 'node:buffer'
import type { RpcId } from '../json-rpc.ts'
import { RpcResult } from './rpc-result.ts'
import { JsonScanError, JsonScanner, type MemberRange } from './scan-json.ts'

/** A successful answer whose result was left as text. */
export interface AnswerText {
  readonly id: RpcId
  readonly result: RpcResult
}

const MAX_ID_BYTES = 256

interface Found {
  id: unknown
  /** Named its protocol, and nothing that an answer has not. */
  speaks: boolean
  isAnswer: boolean
  result: { readonly start: number; readonly end: number; readonly members: readonly MemberRange[] } | undefined
}

/**
 * Reads the common message, `{"jsonrpc":"2.0","id":…,"result":{…}}` in any order of members, without building the
 * result. `undefined` for everything else, errors and broken text included: those are read the plain way.
 */
export function readAnswerText(bytes: Uint8Array): AnswerText | undefined {
  const found: Found = { id: undefined, speaks: false, isAnswer: true, result: undefined }
  try {
    const scanner = new JsonScanner(bytes)
    if (!scanner.isObject()) return undefined
    scanner.object((name) => readMember(scanner, bytes, name, found))
    scanner.finish()
  } catch (error) {
    if (error instanceof JsonScanError) return undefined
    throw error
  }
  const { id, speaks, isAnswer, result } = found
  if (!speaks || !isAnswer || result === undefined || !isUtf8(bytes)) return undefined
  if (typeof id !== 'string' && typeof id !== 'number') return undefined
  return { id, result: RpcResult.ofText(bytes.subarray(result.start, result.end), result.members) }
}

function readMember(scanner: JsonScanner, bytes: Uint8Array, name: string, found: Found): void {
  if (name === 'result' && scanner.isObject()) {
    const start = scanner.at
    const members: MemberRange[] = []
    scanner.object((member) => {
      const from = scanner.at
      scanner.value(2)
      members.push({ name: member, start: from - start, end: scanner.at - start })
    })
    found.result = { start, end: scanner.at, members }
    return
  }
  const start = scanner.at
  scanner.value(1)
  const length = scanner.at - start
  const text = () => Buffer.from(bytes.buffer, bytes.byteOffset + start, length).toString('utf8')
  if (name === 'id' && length <= MAX_ID_BYTES) found.id = JSON.parse(text())
  else if (name === 'jsonrpc') found.speaks = text() === '"2.0"'
  else if (name === 'method' || name === 'error' || name === 'result') found.isAnswer = false
}
