import type { Duplex } from 'node:stream'

// Texts over a socket, as plainly as can be: length of what follows (4 bytes) · id (4 bytes) · text.

const LENGTH_BYTES = 4
const HEADER_BYTES = 8

/** Sends texts, and hears those of the other side. Those of one turn leave in one write. */
export function speakTexts(
  socket: Duplex,
  onText: (id: number, text: string) => void,
): (id: number, text: string) => void {
  let waiting: Buffer[] = []
  let size = 0
  let needed = HEADER_BYTES
  socket.on('data', (chunk: Buffer) => {
    waiting.push(chunk)
    size += chunk.length
    if (size < needed) return
    let bytes = Buffer.concat(waiting, size)
    needed = HEADER_BYTES
    while (bytes.length >= HEADER_BYTES) {
      needed = LENGTH_BYTES + bytes.readUInt32LE(0)
      if (bytes.length < needed) break
      onText(bytes.readUInt32LE(LENGTH_BYTES), bytes.toString('utf8', HEADER_BYTES, needed))
      bytes = bytes.subarray(needed)
      needed = HEADER_BYTES
    }
    waiting = [bytes]
    size = bytes.length
  })
  return (id, text) => {
    const textBytes = Buffer.byteLength(text)
    const frame = Buffer.allocUnsafe(HEADER_BYTES + textBytes)
    frame.writeUInt32LE(LENGTH_BYTES + textBytes, 0)
    frame.writeUInt32LE(id, LENGTH_BYTES)
    frame.write(text, HEADER_BYTES)
    if (socket.writableCorked === 0) {
      socket.cork()
      process.nextTick(() => socket.uncork())
    }
    socket.write(frame)
  }
}
