// oxlint-disable typescript/no-unsafe-type-assertion -- what comes off the wire is checked by the test that asked for it
import type { RunningGateway } from '../harness.ts'

type Json = Record<string, unknown>

/** A client of the HTTP+SSE transport, by hand: what no SDK would send or show. */
export interface OldStream extends AsyncDisposable {
  /** What the first event said. */
  readonly endpoint: string
  /** The next message of the stream that has an id: an answer, or a question. */
  next(): Promise<Json>
  post(message: unknown): Promise<Response>
}

export async function openOldStream(nexus: RunningGateway, path: string, token = 'alice'): Promise<OldStream> {
  const stop = new AbortController()
  const answer = await nexus.fetch(path, { headers: { accept: 'text/event-stream' }, signal: stop.signal, token })
  const events = readEvents(answer)
  const first = (await events.next()).value
  if (first?.name !== 'endpoint') throw new Error(`Expected an endpoint event, found ${answer.status}.`)
  return {
    endpoint: first.data,
    async next() {
      for (;;) {
        const { value } = await events.next()
        if (value === undefined) throw new Error('The stream ended.')
        const message = JSON.parse(value.data) as Json
        if ('id' in message) return message
      }
    },
    post: (message) =>
      nexus.fetch(first.data, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(message),
        token,
      }),
    [Symbol.asyncDispose]() {
      stop.abort()
      return Promise.resolve()
    },
  }
}

/** One event of a stream, all of its fields. */
export interface RawEvent {
  readonly id: string | undefined
  readonly name: string | undefined
  readonly retry: string | undefined
  readonly data: string
}

export async function* readEvents(answer: Response): AsyncGenerator<RawEvent, undefined> {
  let buffer = ''
  const decoder = new TextDecoder()
  for await (const chunk of answer.body ?? []) {
    buffer += decoder.decode(chunk as Uint8Array, { stream: true })
    const parts = buffer.split('\n\n')
    buffer = parts.pop() ?? ''
    for (const part of parts) {
      const field = (name: string) => new RegExp(`^${name}: ?(.*)$`, 'm').exec(part)?.[1]
      const data = field('data')
      if (data !== undefined) yield { id: field('id'), name: field('event'), retry: field('retry'), data }
    }
  }
  return undefined
}
