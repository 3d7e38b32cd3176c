import { type JsonObject, NexusError } from '@nexus/plugin-api'
import { isJsonObject, readMessage, type RpcId, type RpcMessage } from '../../gateway/json-rpc.ts'
import { cliError } from '../errors.ts'
import type { ClientPipe } from './client-pipe.ts'

/** Requests of one body that have no answer yet. */
export type Unanswered = Set<RpcId>

export function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Not JSON is none of the messages that anybody looks for.
    return undefined
  }
}

/** The messages of a body: one, or those of a batch. */
export function messagesOf(value: unknown): readonly RpcMessage[] {
  return Array.isArray(value) ? value.map(readMessage) : [readMessage(value)]
}

export function requestIdsOf(messages: readonly RpcMessage[]): Unanswered {
  return new Set(messages.flatMap((message) => (message.kind === 'request' ? [message.request.id] : [])))
}

/** Takes the ids off the list that a line of the host answers. */
export function settle(unanswered: Unanswered, line: string): void {
  for (const message of messagesOf(parse(line))) {
    if (message.kind === 'response') unanswered.delete(message.response.id)
  }
}

/** Passes a refusal on as the answer to each request: the host answers some without an id. */
export async function passRefusal(
  pipe: ClientPipe,
  unanswered: Unanswered,
  status: number,
  line: string,
  note: (line: string) => void,
): Promise<void> {
  const said = errorOf(line)
  if (unanswered.size === 0) note(`The host refused a message (HTTP ${status}${reasonOf(line)}).`)
  for (const id of unanswered) {
    if (said !== undefined) await pipe.write(JSON.stringify({ jsonrpc: '2.0', id, error: said }))
    else await pipe.fail(id, 'CLI_ANSWER', `Expected an answer of a Nexus host, found HTTP ${status}.`)
  }
  unanswered.clear()
}

function errorOf(line: string): JsonObject | undefined {
  const value = parse(line)
  return isJsonObject(value) && isJsonObject(value['error']) ? value['error'] : undefined
}

/** What the host said of a refusal, as a continuation of a sentence. */
export function reasonOf(line: string): string {
  const message = errorOf(line)?.['message']
  return typeof message === 'string' ? `: ${message.slice(0, 300)}` : ''
}

/** Fails what has no answer because of what happened on the way. */
export async function failAll(pipe: ClientPipe, unanswered: Unanswered, error: unknown): Promise<void> {
  const { code, message } = isOwn(error) ? error : lost()
  for (const id of unanswered) await pipe.fail(id, code, message)
  unanswered.clear()
}

function isOwn(error: unknown): error is NexusError {
  return error instanceof NexusError && error.code.startsWith('CLI_')
}

function lost(): NexusError {
  return cliError(
    'CLI_LOST',
    'Expected an answer, found the connection to the host lost while this ran. It may have run; look before you repeat it.',
  )
}
