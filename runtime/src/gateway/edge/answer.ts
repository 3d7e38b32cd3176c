import type { ServerResponse } from 'node:http'
import type { JsonObject } from '@nexus/plugin-api'
import { KEEP_ALIVE_MS, MAX_UNSENT_BYTES } from '../limits.ts'

type Headers = Readonly<Record<string, string>>

/** The answer to one POST: plain JSON unless something has to be said before the result, then an event stream. */
export interface Answer {
  /** A message before the result. Lost when the client accepts no event stream. */
  send(message: JsonObject): void
  /** The result, or all results of a batch. */
  end(message: JsonObject | readonly JsonObject[], status?: number): void
  readonly canStream: boolean
}

/** An open event stream. */
export interface EventStream {
  send(message: JsonObject): void
  end(): void
}

const NO_STORE = 'no-store'

/** Starts an event stream. A client that does not read what it is sent is cut off. */
export function openEventStream(response: ServerResponse, headers: Headers): EventStream {
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
    ...headers,
  })
  response.flushHeaders()
  const keepAlive = setInterval(() => response.write(': keep-alive\n\n'), KEEP_ALIVE_MS)
  keepAlive.unref()
  response.on('close', () => clearInterval(keepAlive))
  return {
    send(message) {
      if (response.writableEnded || response.destroyed) return
      response.write(`event: message\ndata: ${JSON.stringify(message)}\n\n`)
      if (response.writableLength > MAX_UNSENT_BYTES) response.destroy()
    },
    end: () => void response.end(),
  }
}

/** One JSON body with its length. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: JsonObject | readonly JsonObject[],
  headers: Headers = {},
): void {
  if (response.headersSent || response.destroyed) return
  const text = JSON.stringify(body)
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'cache-control': NO_STORE,
    ...headers,
  })
  response.end(text)
}

/** Makes the answer to a POST. `accept` is the request's header; a client that sends none takes anything. */
export function createAnswer(response: ServerResponse, accept: string | undefined, headers: Headers = {}): Answer {
  const canStream = accept === undefined || accept.includes('text/event-stream') || accept.includes('*/*')
  let stream: EventStream | undefined
  return {
    canStream,
    send(message) {
      if (!canStream) return
      stream ??= openEventStream(response, headers)
      stream.send(message)
    },
    end(message, status = 200) {
      if (stream === undefined) return sendJson(response, status, message, headers)
      for (const one of Array.isArray(message) ? message : [message]) stream.send(one)
      stream.end()
    },
  }
}
