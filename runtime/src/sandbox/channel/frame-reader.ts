import { type Frame, HEADER_BYTES, decodeFrame } from './frame.ts'

const LENGTH_BYTES = 4

/** Cuts a stream of bytes into frames. Throws on a frame that is too long, too short or not a frame at all. */
export function createFrameReader(maxFrameBytes: number, onFrame: (frame: Frame) => void): (chunk: Buffer) => void {
  let waiting: Buffer[] = []
  let size = 0
  let needed = LENGTH_BYTES

  return (chunk) => {
    waiting.push(chunk)
    size += chunk.length
    // Joining only when a whole frame is here keeps a large frame from being copied once per chunk.
    if (size < needed) return
    let bytes = waiting.length === 1 ? chunk : Buffer.concat(waiting, size)
    while (bytes.length >= LENGTH_BYTES) {
      const length = bytes.readUInt32LE(0)
      if (length < HEADER_BYTES || length > maxFrameBytes) {
        throw new RangeError(`Expected a frame of ${HEADER_BYTES} to ${maxFrameBytes} bytes, found ${length}.`)
      }
      needed = LENGTH_BYTES + length
      if (bytes.length < needed) break
      const frame = decodeFrame(bytes.subarray(LENGTH_BYTES, needed))
      bytes = bytes.subarray(needed)
      needed = LENGTH_BYTES
      onFrame(frame)
    }
    waiting = bytes.length === 0 ? [] : [bytes]
    size = bytes.length
  }
}
