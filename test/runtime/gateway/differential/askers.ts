import type { JsonObject } from '@nexus/plugin-api'
import { z } from 'zod'
import { isJsonObject } from '../../../../runtime/src/gateway/json-rpc.ts'
import { connectLegacy, connectModern } from '../sdk-clients.ts'
import type { Question } from './compare.ts'

/** One way to ask a server, the same for the server itself and for the gateway. */
export interface Asker extends AsyncDisposable {
  ask(question: Question): Promise<JsonObject>
}

const MODERN_META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
}
const LEGACY_VERSION = '2025-11-25'

async function post(url: string, message: JsonObject, headers: Readonly<Record<string, string>>) {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      authorization: 'Bearer alice',
      ...headers,
    },
    body: JSON.stringify({ jsonrpc: '2.0', ...message }),
  })
  const body = await response.text()
  // A server may give any answer as a stream of one event.
  const json = response.headers.get('content-type')?.startsWith('text/event-stream') === true ? dataOf(body) : body
  const answer: unknown = json === '' ? {} : JSON.parse(json)
  return { headers: response.headers, answer: isJsonObject(answer) ? answer : {} }
}

function dataOf(stream: string): string {
  const lines = stream.split('\n').filter((line) => line.startsWith('data:') && line.length > 6)
  return lines.at(-1)?.slice(5) ?? ''
}

/** Bare frames of the modern revision. */
export function rawModern(url: string): Promise<Asker> {
  return Promise.resolve({
    async ask({ method, params }) {
      const name = params['name'] ?? params['uri']
      const headers = {
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': method,
        ...(typeof name === 'string' ? { 'mcp-name': name } : {}),
      }
      return (await post(url, { id: 1, method, params: { ...params, _meta: MODERN_META } }, headers)).answer
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  })
}

/** Bare frames within a session. */
export async function rawLegacy(url: string): Promise<Asker> {
  const clientInfo = { name: 'raw', version: '1.0.0' }
  const start = { protocolVersion: LEGACY_VERSION, capabilities: {}, clientInfo }
  const opened = await post(url, { id: 'start', method: 'initialize', params: start }, {})
  const session = {
    'mcp-session-id': opened.headers.get('mcp-session-id') ?? '',
    'mcp-protocol-version': LEGACY_VERSION,
  }
  await post(url, { method: 'notifications/initialized' }, session)
  let lastId = 0
  return {
    async ask({ method, params }) {
      lastId += 1
      return (await post(url, { id: lastId, method, params }, session)).answer
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}

const anything = z.looseObject({})

async function outcome(request: Promise<object>): Promise<JsonObject> {
  try {
    return { result: plain(await request) }
  } catch (error) {
    const { code, message, data } = z
      .object({ code: z.unknown(), message: z.string(), data: z.unknown() })
      .partial()
      .parse(error)
    return { error: plain({ code, message, data }) }
  }
}

function plain(value: object): JsonObject {
  const copy: unknown = JSON.parse(JSON.stringify(value))
  return isJsonObject(copy) ? copy : {}
}

/** The official SDK v1 client. */
export async function sdkLegacy(url: string): Promise<Asker> {
  const client = await connectLegacy(url)
  return {
    ask: (question) => outcome(client.request({ ...question }, anything)),
    [Symbol.asyncDispose]: () => client.close(),
  }
}

/** The official SDK v2 client, at the modern revision. */
export async function sdkModern(url: string): Promise<Asker> {
  const client = await connectModern(url)
  return {
    ask: (question) => outcome(client.request({ ...question }, anything)),
    [Symbol.asyncDispose]: () => client.close(),
  }
}
