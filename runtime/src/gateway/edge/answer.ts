import type { ServerResponse } from 'node:http'
import type { JsonObject } from '@nexus/plugin-api'
import { gatewayError } from '../errors.ts'
import { KEEP_ALIVE_MS, MAX_UNSENT_BYTES, UNREAD_ANSWER_BYTES, UNREAD_ANSWER_MS } from '../limits.ts'
import { type JsonText, jsonText, onOneLine } from '../wire/result-text.ts'
import type { JsonPieces } from '../wire/rpc-result.ts'

type Headers = Readonly<Record<string, string>>

/** The answer to one POST: plain JSON unless something has to be said before the result, then an event stream. */
export interface Answer {
  /** A message before the result. Lost when the client accepts no event stream. */
  send(message: JsonObject): void
  /** The last message. */
  end(message: JsonText, status?: number): void
  readonly canStream: boolean
}

/** Told of a client that was cut off because it does not read what it is sent. */
export type OnDropped = (error: unknown) => void

/** An open event stream. */
export interface EventStream {
  send(message: JsonObject): void
  /** `eventId` is what the client may name when it takes up a lost stream. */
  sendText(message: JsonText, eventId?: string): void
  /** An event with an id and no message, and how long to wait before taking up the stream. */
  prime(eventId: string, retryMs: number): void
  /** An event that is no message; `data` is one line. */
  sendEvent(name: string, data: string): void
  end(): void
}

const NO_STORE = 'no-store'

/** Runs `gone` once the connection is closed; at once where it was before anybody listened, as nothing says so again. */
export function onGone(response: ServerResponse, gone: () => void): void {
  if (response.destroyed) gone()
  else response.once('close', gone)
}

/** Starts an event stream. A client that does not read what it is sent is cut off. */
export function openEventStream(response: ServerResponse, headers: Headers, onDropped?: OnDropped): EventStream {
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
    ...headers,
  })
  response.flushHeaders()
  const write = (pieces: JsonPieces): void => {
    if (response.writableEnded || response.destroyed) return
    // What waits already counts, not this message: one large answer says nothing about how a client reads.
    if (response.writableLength <= MAX_UNSENT_BYTES) writeAll(response, pieces)
    else drop(response, `at most ${MAX_UNSENT_BYTES} bytes to wait for it`, onDropped)
  }
  const keepAlive = setInterval(() => write([': keep-alive\n\n']), KEEP_ALIVE_MS)
  keepAlive.unref()
  onGone(response, () => clearInterval(keepAlive))
  const sendText = ({ pieces }: JsonText, eventId?: string): void => {
    const head = eventId === undefined ? '' : `id: ${eventId}\n`
    write([`${head}event: message\ndata: `, ...onOneLine(pieces), '\n\n'])
  }
  return {
    send: (message) => sendText(jsonText(message)),
    sendText,
    prime: (eventId, retryMs) => write([`id: ${eventId}\nretry: ${retryMs}\ndata:\n\n`]),
    sendEvent: (name, data) => write([`event: ${name}\ndata: ${data}\n\n`]),
    end() {
      response.end()
      watchReading(response, onDropped)
    },
  }
}

function drop(response: ServerResponse, expected: string, onDropped: OnDropped | undefined): void {
  onDropped?.(gatewayError('CLIENT_SLOW', `Expected a client that reads: ${expected}. Found it too slow; cut it off.`))
  response.destroy()
}

/** A large answer that nobody reads would stay in memory for as long as its connection. */
function watchReading(response: ServerResponse, onDropped: OnDropped | undefined): void {
  if (response.writableLength <= UNREAD_ANSWER_BYTES) return
  response.setTimeout(UNREAD_ANSWER_MS, () => {
    if (!response.writableFinished) drop(response, `some of its answer within ${UNREAD_ANSWER_MS} ms`, onDropped)
  })
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
  onDropped?: OnDropped,
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
  watchReading(response, onDropped)
}

/** One JSON value as the whole body. */
export function sendJson(response: ServerResponse, status: number, body: JsonObject, headers: Headers = {}): void {
  sendJsonText(response, status, jsonText(body).pieces, headers)
}

/** Whether a client takes an event stream; one that does not say takes anything. */
export function acceptsStream(accept: string | undefined): boolean {
  return accept === undefined || accept.includes('text/event-stream') || accept.includes('*/*')
}

/** Makes the answer to a POST. `accept` is the request's header. */
export function createAnswer(
  response: ServerResponse,
  accept: string | undefined,
  headers: Headers = {},
  onDropped?: OnDropped,
): Answer {
  const canStream = acceptsStream(accept)
  let stream: EventStream | undefined
  return {
    canStream,
    send(message) {
      if (!canStream) return
      stream ??= openEventStream(response, headers, onDropped)
      stream.send(message)
    },
    end(message, status = 200) {
      if (stream === undefined) return sendJsonText(response, status, message.pieces, headers, onDropped)
      stream.sendText(message)
      stream.end()
    },
  }
}
