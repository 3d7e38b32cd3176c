// A cell that was taken over: says that it is ready, then sends exactly the bytes that its host put into the prelude
// (base64), and stays silent. Run by the fuzz tests in the place of a real cell.
import { Socket } from 'node:net'

const socket = new Socket({ fd: 3, readable: true, writable: true })
const PREPARED = 32
let received = Buffer.alloc(0)
let answered = false

socket.on('data', (chunk) => {
  if (answered) return
  received = Buffer.concat([received, chunk])
  const length = received.length < 4 ? Infinity : received.readUInt32LE(0)
  if (received.length < 4 + length) return
  answered = true
  const ready = Buffer.alloc(17)
  ready.writeUInt32LE(13, 0)
  ready.writeUInt8(PREPARED, 4)
  socket.write(Buffer.concat([ready, Buffer.from(received.subarray(17, 4 + length).toString('utf8'), 'base64')]))
})
socket.on('close', () => process.exit(0))
socket.on('error', () => process.exit(0))
