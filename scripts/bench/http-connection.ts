import { once } from 'node:events'
import { type Socket, connect } from 'node:net'

/** What came back. */
export interface RawAnswer {
  readonly status: number
  /** Of a legacy session, from `Mcp-Session-Id`. */
  readonly sessionId: string | undefined
  readonly body: string
}

/** One keep-alive connection, one request at a time. */
export interface HttpConnection {
  send(request: string): Promise<RawAnswer>
  close(): void
}

interface Waiting {
  resolve(answer: RawAnswer): void
  reject(error: Error): void
}

/**
 * Opens a connection that speaks just enough HTTP/1.1 to load a server: Node's own client costs several times as much
 * CPU per call as a bare server, and on a small machine one would measure the client.
 */
export async function openHttpConnection(host: string, port: number): Promise<HttpConnection> {
  const socket: Socket = connect(port, host)
  socket.setNoDelay(true)
  await once(socket, 'connect')
  let chunks: Buffer[] = []
  let size = 0
  /** Bytes that the answer has at least: a large one is looked at again only when it can be whole. */
  let needed = 0
  let waiting: Waiting | undefined
  const fail = (error: Error) => {
    waiting?.reject(error)
    waiting = undefined
  }
  socket.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    size += chunk.length
    if (size < needed) return
    const received = chunks.length === 1 ? chunk : Buffer.concat(chunks, size)
    const parsed = readAnswer(received)
    chunks = parsed === undefined ? [received] : [received.subarray(parsed.length)]
    size = chunks[0]?.length ?? 0
    needed = parsed === undefined ? lengthOf(received) : 0
    if (parsed === undefined) return
    const { resolve } = waiting ?? {}
    waiting = undefined
    resolve?.(parsed)
  })
  socket.on('error', fail)
  socket.on('close', () => fail(new Error('Expected an answer, found that the server closed the connection.')))
  return {
    send: (request) =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject }
        socket.write(request)
      }),
    close: () => socket.destroy(),
  }
}

/** How long the answer is, as its head says; 0 when it does not. */
function lengthOf(bytes: Buffer): number {
  const end = bytes.indexOf('\r\n\r\n')
  if (end === -1) return 0
  const size = /\r\ncontent-length: *(\d+)/i.exec(bytes.toString('latin1', 0, end))?.[1]
  return size === undefined ? 0 : end + 4 + Number(size)
}

/** The session id keeps its case. */
function sessionOf(bytes: Buffer, head: string, end: number): string | undefined {
  const at = head.indexOf('\r\nmcp-session-id:')
  if (at === -1) return undefined
  const from = at + '\r\nmcp-session-id:'.length
  const to = head.indexOf('\r\n', from)
  return bytes.toString('latin1', from, to === -1 ? end : to).trim()
}

/** A whole answer at the beginning of the bytes, or `undefined` while some of it is missing. */
export function readAnswer(bytes: Buffer): (RawAnswer & { readonly length: number }) | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end === -1) return undefined
  const head = bytes.toString('latin1', 0, end).toLowerCase()
  const sessionId = sessionOf(bytes, head, end)
  const status = Number(head.slice(9, 12))
  const size = /\r\ncontent-length: *(\d+)/.exec(head)?.[1]
  const start = end + 4
  if (size !== undefined || status === 204) {
    const length = start + Number(size ?? 0)
    return bytes.length < length
      ? undefined
      : { status, sessionId, body: bytes.toString('utf8', start, length), length }
  }
  const chunked = readChunks(bytes, start, status)
  return chunked && { ...chunked, sessionId }
}

function readChunks(
  bytes: Buffer,
  start: number,
  status: number,
): Omit<RawAnswer & { readonly length: number }, 'sessionId'> | undefined {
  const parts: Buffer[] = []
  let position = start
  for (;;) {
    const line = bytes.indexOf('\r\n', position)
    if (line === -1) return undefined
    const size = Number.parseInt(bytes.toString('latin1', position, line), 16)
    const next = line + 2 + size + 2
    if (bytes.length < next) return undefined
    if (size === 0) return { status, body: Buffer.concat(parts).toString(), length: next }
    parts.push(bytes.subarray(line + 2, line + 2 + size))
    position = next
  }
}
