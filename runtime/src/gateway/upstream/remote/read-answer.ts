import { gatewayError } from '../../errors.ts'
import { MAX_ANSWER_BYTES } from '../../limits.ts'
import { type EgressAnswer, headerOf } from './http-egress.ts'
import { createSseParser } from './sse-parser.ts'

/** An event of this length is parsed for less than it takes to make bytes of it again. */
const PARSE_BELOW_CHARACTERS = 1_024

/** Where an event stream can be taken up again. */
export interface Resumption {
  lastEventId: string | undefined
  retryMs: number | undefined
}

/** Reads a whole body: its chunks joined once, and only if there are several. */
async function readBytes(answer: EgressAnswer, maxBytes: number): Promise<Buffer> {
  if (answer.whole !== undefined && answer.whole.length <= maxBytes) return asBuffer(answer.whole)
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of answer.body) {
    size += chunk.length
    if (size > maxBytes) {
      throw gatewayError('UPSTREAM_TOO_LARGE', `Expected an answer of at most ${maxBytes} bytes, found more.`)
    }
    chunks.push(chunk)
  }
  const first = chunks[0]
  if (chunks.length !== 1 || first === undefined) return Buffer.concat(chunks, size)
  return asBuffer(first)
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
}

/** Reads a whole small body. */
export async function readText(answer: EgressAnswer, maxBytes: number): Promise<string> {
  return new TextDecoder().decode(await readBytes(answer, maxBytes))
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw gatewayError('UPSTREAM_PROTOCOL', 'Expected JSON from the upstream, found text that does not parse.', {
      cause,
    })
  }
}

/**
 * Hands each JSON-RPC value of an answer to `onValue`: one for `application/json`, one per event for an event stream.
 * Resolves when the body has ended. A JSON body, or a large event, is offered to `onText` first, unparsed; true says that
 * it was taken.
 */
export async function readAnswer(
  answer: EgressAnswer,
  onValue: (value: unknown) => void,
  resumption?: Resumption,
  onText?: (bytes: Buffer) => boolean,
): Promise<void> {
  const type = headerOf(answer, 'content-type') ?? ''
  if (type.startsWith('text/event-stream')) {
    const push = createSseParser((event) => {
      if (resumption !== undefined && event.id !== undefined) resumption.lastEventId = event.id
      if (resumption !== undefined && event.retry !== undefined) resumption.retryMs = event.retry
      if (event.data === '') return
      const isLarge = event.data.length > PARSE_BELOW_CHARACTERS
      if (!isLarge || onText?.(Buffer.from(event.data)) !== true) onValue(parseJson(event.data))
    })
    for await (const chunk of answer.body) push(chunk)
    return
  }
  const bytes = await readBytes(answer, MAX_ANSWER_BYTES)
  if (onText?.(bytes) === true) return
  const text = new TextDecoder().decode(bytes)
  if (text.trim() === '') return
  const value = parseJson(text)
  if (Array.isArray(value)) value.forEach(onValue)
  else onValue(value)
}
