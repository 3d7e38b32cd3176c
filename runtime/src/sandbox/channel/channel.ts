import type { Duplex } from 'node:stream'
import { type Frame, type FrameKind, encodeFrame } from './frame.ts'
import { createFrameReader } from './frame-reader.ts'

/** Both ends of the socket pair between host and cell. */
export interface Channel {
  send(kind: FrameKind, sandbox: number, id: number, head?: string, body?: string | Uint8Array): void
  /** Bytes written and not yet taken by the other side. */
  backlog(): number
  close(): void
}

export interface ChannelEvents {
  readonly onFrame: (frame: Frame) => void
  /** Called once: the other side is gone, or `error` tells what it did wrong. */
  readonly onEnd: (error: Error | undefined) => void
}

/**
 * Speaks frames over a socket. Frames of one turn of the event loop leave in one write: each write wakes the other side,
 * which costs more than everything else about a small frame.
 */
export function openChannel(socket: Duplex, maxFrameBytes: number, events: ChannelEvents): Channel {
  let ended = false
  let corked = false
  const end = (error?: Error): void => {
    if (ended) return
    ended = true
    socket.destroy()
    events.onEnd(error)
  }
  const read = createFrameReader(maxFrameBytes, (frame) => {
    if (!ended) events.onFrame(frame)
  })
  socket.on('data', (chunk: Buffer) => {
    try {
      read(chunk)
    } catch (error) {
      end(error instanceof Error ? error : new Error('The channel failed.'))
    }
  })
  socket.on('end', () => end())
  socket.on('close', () => end())
  socket.on('error', (error: Error) => end(error))
  const uncork = (): void => {
    corked = false
    socket.uncork()
  }
  return {
    send(kind, sandbox, id, head, body) {
      if (ended) return
      if (!corked) {
        corked = true
        socket.cork()
        setImmediate(uncork)
      }
      socket.write(encodeFrame(kind, sandbox, id, head, body))
    },
    backlog: () => socket.writableLength,
    close: () => end(),
  }
}
