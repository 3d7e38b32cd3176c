import type { ServerResponse } from 'node:http'
import type { JsonObject } from '@nexus/plugin-api'
import { KEEP_ALIVE_MS, MAX_UNSENT_BYTES } from '../limits.ts'
import { type JsonText, jsonText, onOneLine } from '../wire/result-text.ts'
import type { JsonPieces } from '../wire/rpc-result.ts'

type Headers = Readonly<Record<string, string>>

/** The answer to one POST: plain JSON unless something has to be said before the result, then an event stream. */
export interface Answer {
  /** A message before the result. Lost when the client accepts no event stream. */
  send(message: JsonObject): void
  /** The last message. */
  end(message: JsonText, status?: number): void
  /** All answers of a batch. */
  endBatch(messages: readonly JsonText[]): void
  readonly canStream: boolean
}

/** An open event stream. */
export interface EventStream {
  send(message: JsonObject): void
  sendText(message: JsonText): void
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
  const sendText = ({ pieces }: JsonText): void => {
    if (response.writableEnded || response.destroyed) return
    writeAll(response, ['event: message\ndata: ', ...onOneLine(pieces), '\n\n'])
    if (response.writableLength > MAX_UNSENT_BYTES) response.destroy()
  }
  return { send: (message) => sendText(jsonText(message)), sendText, end: () => void response.end() }
}

/** One write for what is all text; several, sent together, for what holds bytes. */
function writeAll(response: ServerResponse, pieces: JsonPieces): void {
  if (pieces.every((piece) => typeof piece === 'string')) {
    response.write(pieces.join(''))
    return
  }
  response.cork()
  for (const piece of pieces) response.write(piece)
  response.uncork()
}

function lengthOf(pieces: JsonPieces): number {
  let length = 0
  for (const piece of pieces) length += typeof piece === 'string' ? Buffer.byteLength(piece) : piece.length
  return length
}

/** One JSON body with its length. */
export function sendJsonText(
  response: ServerResponse,
  status: number,
  pieces: JsonPieces,
  headers: Headers = {},
): void {
  if (response.headersSent || response.destroyed) return
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': lengthOf(pieces),
    'cache-control': NO_STORE,
    ...headers,
  })
  const only = pieces[0]
  if (pieces.length === 1 && only !== undefined) response.end(only)
  else {
    writeAll(response, pieces)
    response.end()
  }
}

/** One JSON value as the whole body. */
export function sendJson(response: ServerResponse, status: number, body: JsonObject, headers: Headers = {}): void {
  sendJsonText(response, status, jsonText(body).pieces, headers)
}

/** `[a,b]` of the messages of a batch. */
function batchPieces(messages: readonly JsonText[]): JsonPieces {
  return ['[', ...messages.flatMap(({ pieces }, index) => (index === 0 ? pieces : [',', ...pieces])), ']']
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
      if (stream === undefined) return sendJsonText(response, status, message.pieces, headers)
      stream.sendText(message)
      stream.end()
    },
    endBatch(messages) {
      if (stream === undefined) return sendJsonText(response, 200, batchPieces(messages), headers)
      for (const message of messages) stream.sendText(message)
      stream.end()
    },
  }
}
