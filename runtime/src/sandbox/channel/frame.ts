/**
 * One message between host and cell. `head` is small JSON that the receiver checks by schema; `body` is text or bytes
 * that the receiver hands on without looking.
 */
export interface Frame {
  readonly kind: FrameKind
  /** Number that the host gave the sandbox; 0 for the cell itself. */
  readonly sandbox: number
  /** Number of the call, or of the capability call. */
  readonly id: number
  readonly head: string
  readonly body: Buffer
}

/** Frame kinds and their numbers on the wire. The direction is part of the contract: the host refuses its own kinds. */
export const frameKinds = {
  /** host → cell: guest prelude, first frame of all. */
  prepare: 1,
  /** host → cell: cached data for the sandbox that the next `open` starts. */
  cache: 2,
  /** host → cell: start a sandbox. */
  open: 3,
  call: 4,
  /** host → cell: the caller gave up or time is over. */
  cancel: 5,
  capabilityAnswered: 6,
  capabilityFailed: 7,
  close: 8,
  ping: 9,
  /** host → cell: compile only, answer with `compiled`. */
  compile: 10,
  /** host → cell, in developer mode: a message of a debugger; head `open`, `close` or empty. */
  inspect: 11,
  /** host → cell: move a clock that stands still; head is how far, milliseconds. */
  advance: 12,
  /** cell → host. */
  prepared: 32,
  opened: 33,
  answered: 34,
  failed: 35,
  capability: 36,
  log: 37,
  progress: 38,
  /** cell → host: a sandbox ended. */
  closed: 39,
  /** cell → host: a thread cannot be stopped, the cell must go. */
  stuck: 40,
  pong: 41,
  compiled: 42,
  /** cell → host: a message to the debugger. */
  inspected: 43,
  /** cell → host: a call tells its client something. */
  message: 44,
  /** cell → host: the clock was moved and what was due is done. */
  advanced: 45,
} as const

export type FrameKind = (typeof frameKinds)[keyof typeof frameKinds]

const known = new Set<number>(Object.values(frameKinds))

export function isFrameKind(value: number): value is FrameKind {
  return known.has(value)
}

// length of what follows (4) · kind (1) · sandbox (4) · id (4) · length of head (4) · head · body
const LENGTH_BYTES = 4
export const HEADER_BYTES = 13

/** Bytes of a frame as they go over the wire. */
export function encodeFrame(
  kind: FrameKind,
  sandbox: number,
  id: number,
  head = '',
  body: string | Uint8Array = '',
): Buffer {
  const headBytes = Buffer.byteLength(head)
  const bodyBytes = typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength
  const frame = Buffer.allocUnsafe(LENGTH_BYTES + HEADER_BYTES + headBytes + bodyBytes)
  frame.writeUInt32LE(HEADER_BYTES + headBytes + bodyBytes, 0)
  frame.writeUInt8(kind, 4)
  frame.writeUInt32LE(sandbox, 5)
  frame.writeUInt32LE(id, 9)
  frame.writeUInt32LE(headBytes, 13)
  frame.write(head, 17, 'utf8')
  if (typeof body === 'string') frame.write(body, 17 + headBytes, 'utf8')
  else frame.set(body, 17 + headBytes)
  return frame
}

/** Reads one frame from the bytes after its length field. Throws on anything that is not a frame. */
export function decodeFrame(bytes: Buffer): Frame {
  const kind = bytes.readUInt8(0)
  const headBytes = bytes.readUInt32LE(9)
  if (!isFrameKind(kind)) throw new RangeError(`Expected a known frame kind, found ${kind}.`)
  if (HEADER_BYTES + headBytes > bytes.length)
    throw new RangeError('Expected the head inside its frame, found it longer.')
  return {
    kind,
    sandbox: bytes.readUInt32LE(1),
    id: bytes.readUInt32LE(5),
    head: bytes.toString('utf8', HEADER_BYTES, HEADER_BYTES + headBytes),
    body: bytes.subarray(HEADER_BYTES + headBytes),
  }
}
