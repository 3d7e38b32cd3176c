import type { JsonObject } from '@nexus/plugin-api'
import type { RpcId } from '../json-rpc.ts'
import type { JsonPieces, RpcResult } from './rpc-result.ts'

/** One JSON-RPC message as it goes over the wire. */
export interface JsonText {
  readonly pieces: JsonPieces
}

const NONE: JsonObject = {}

/** A message that the host made. */
export function jsonText(message: JsonObject): JsonText {
  return { pieces: [JSON.stringify(message)] }
}

/** The answer that carries a result, with some of its members set; large results are not copied. */
export function resultText(id: RpcId, result: RpcResult, set: JsonObject = NONE): JsonText {
  const head = `{"jsonrpc":"2.0","id":${typeof id === 'number' ? id : JSON.stringify(id)},"result":`
  const pieces = result.pieces(set)
  const only = pieces[0]
  if (pieces.length === 1 && typeof only === 'string') return { pieces: [`${head}${only}}`] }
  return { pieces: [head, ...pieces, '}'] }
}

const LINE_FEED = 0x0a
const CARRIAGE_RETURN = 0x0d
const SPACE = 0x20

/** The same text on one line, as an event stream needs it: line breaks in JSON stand between tokens only. */
export function onOneLine(pieces: JsonPieces): JsonPieces {
  return pieces.map((piece) => (typeof piece === 'string' ? piece.replaceAll(/[\r\n]/g, ' ') : withoutBreaks(piece)))
}

function withoutBreaks(bytes: Uint8Array): Uint8Array {
  if (!bytes.includes(LINE_FEED) && !bytes.includes(CARRIAGE_RETURN)) return bytes
  return bytes.map((byte) => (byte === LINE_FEED || byte === CARRIAGE_RETURN ? SPACE : byte))
}
