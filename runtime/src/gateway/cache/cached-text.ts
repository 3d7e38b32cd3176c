import { RpcResult } from '../wire/rpc-result.ts'
import { JsonScanner, type MemberRange } from '../wire/scan-json.ts'

/** Room for the milliseconds of a day, and more. */
const SLOT = 12
const HEAD = '{"ttlMs":'

/** A result as it is kept: the text alone, so that nobody who got it can change it for the next one. */
export interface CachedText {
  readonly bytes: Buffer
  readonly members: readonly MemberRange[]
  /** Whether the text begins with a place for the time it has left. */
  readonly hasTtl: boolean
}

/** Takes a copy of a result's text. `hasTtl` puts its `ttlMs` in front, where it can be written anew. */
export function keepText(result: RpcResult, hasTtl: boolean): CachedText {
  const pieces = result.pieces(hasTtl ? { ttlMs: 0 } : {})
  const bytes = Buffer.concat(pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece)))
  return textOf(hasTtl ? withSlot(bytes) : bytes, hasTtl)
}

/** The same from text that was stored. */
export function readText(text: string): CachedText {
  const bytes = Buffer.from(text)
  const hasTtl = text.startsWith(HEAD)
  return textOf(bytes, hasTtl)
}

/** The result for one caller, who may keep it for `leftMs`. */
export function resultOf({ bytes, members, hasTtl }: CachedText, leftMs: number): RpcResult {
  if (!hasTtl) return RpcResult.ofText(bytes, members)
  const own = Buffer.from(bytes)
  own.write(String(Math.max(Math.floor(leftMs), 0)).padEnd(SLOT), HEAD.length)
  return RpcResult.ofText(own, members)
}

/** `pieces` puts what it sets first: `{"ttlMs":0` becomes `{"ttlMs":0           `, as JSON allows. */
function withSlot(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from(HEAD + '0'.padEnd(SLOT)), bytes.subarray(HEAD.length + 1)])
}

function textOf(bytes: Buffer, hasTtl: boolean): CachedText {
  const scanner = new JsonScanner(bytes)
  const members: MemberRange[] = []
  scanner.object((name) => {
    const start = scanner.at
    scanner.value(1)
    // Only white space stands between the number and the end of its place.
    members.push({ name, start, end: hasTtl && members.length === 0 ? start + SLOT : scanner.at })
  })
  return { bytes, members, hasTtl }
}
