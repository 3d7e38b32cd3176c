import { RpcResult } from '../wire/rpc-result.ts'
import { JsonScanner, type MemberRange } from '../wire/scan-json.ts'

/** Room for the milliseconds of a day, and more. */
const SLOT = 12

/** A result as it is kept: the text alone, so that nobody who got it can change it for the next one. */
export interface CachedText {
  readonly bytes: Buffer
  readonly members: readonly MemberRange[]
  /** Where the value of `ttlMs` stands, with room to write another; `undefined` for results without. */
  readonly ttlAt: number | undefined
}

/** Takes a copy of a result's text. */
export function keepText(result: RpcResult): CachedText {
  const pieces = result.pieces({})
  return withSlot(Buffer.concat(pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece))))
}

/** The same from text that was stored. */
export function readText(text: string): CachedText {
  return withSlot(Buffer.from(text))
}

/** The result for one caller, who may keep it for `leftMs`. */
export function resultOf({ bytes, members, ttlAt }: CachedText, leftMs: number): RpcResult {
  if (ttlAt === undefined) return RpcResult.ofText(bytes, members)
  const own = Buffer.from(bytes)
  own.write(String(Math.max(Math.floor(leftMs), 0)).padEnd(SLOT), ttlAt)
  return RpcResult.ofText(own, members)
}

/** JSON allows white space behind a number: `{"ttlMs":60000       ,…`. So each caller's own time fits in its place. */
function withSlot(bytes: Buffer): CachedText {
  const ttl = membersOf(bytes).findLast(({ name }) => name === 'ttlMs')
  if (ttl === undefined) return { bytes, members: membersOf(bytes), ttlAt: undefined }
  const wide = Buffer.concat([bytes.subarray(0, ttl.start), Buffer.from('0'.padEnd(SLOT)), bytes.subarray(ttl.end)])
  return { bytes: wide, ttlAt: ttl.start, members: membersOf(wide).map((member) => widened(member, ttl.start)) }
}

function widened(member: MemberRange, ttlAt: number): MemberRange {
  return member.start === ttlAt ? { ...member, end: ttlAt + SLOT } : member
}

function membersOf(bytes: Buffer): readonly MemberRange[] {
  const scanner = new JsonScanner(bytes)
  const members: MemberRange[] = []
  scanner.object((name) => {
    const start = scanner.at
    scanner.value(1)
    members.push({ name, start, end: scanner.at })
  })
  return members
}
