// oxlint-disable typescript/no-unsafe-type-assertion -- a listening TCP server has an AddressInfo
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { JsonObject, JsonValue } from '@nexus/plugin-api'
import { isJsonObject } from '../../../../runtime/src/gateway/json-rpc.ts'
import type { ServerDefinition } from './server-definition.ts'

const SERVER_INFO = { name: 'generated', version: '1.0.0' }
const CACHE_HINTS = { ttlMs: 0, cacheScope: 'private' }
const UNKNOWN = { code: -32601, message: 'Method not found' }

/** Which revisions a server speaks; a server of both is asked in the client's own. */
export type Speaks = 'legacy' | 'modern' | 'both'

/** A server on bare node:http that says exactly what its definition says, byte for byte what JSON makes of it. */
export async function serveDefinition(
  definition: ServerDefinition,
  speaks: Speaks,
): Promise<{ readonly url: string } & AsyncDisposable> {
  const server = createServer((request, response) => {
    if (request.method !== 'POST') {
      response.writeHead(405).end()
      return
    }
    void readRequest(request).then((message) => {
      const { id, method } = message
      if (id === undefined) {
        response.writeHead(202).end()
        return
      }
      const isModern = request.headers['mcp-protocol-version'] === '2026-07-28'
      const answer = (isModern ? speaks !== 'legacy' : speaks !== 'modern')
        ? answerTo(definition, message, isModern)
        : { error: UNKNOWN }
      const headers = method === 'initialize' ? { 'mcp-session-id': 'only' } : {}
      const status = isModern && answer.error === UNKNOWN ? 404 : 200
      response.writeHead(status, { 'content-type': 'application/json', ...headers })
      response.end(JSON.stringify({ jsonrpc: '2.0', id, ...answer }))
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}

interface Asked {
  readonly id: JsonValue | undefined
  readonly method: string
  readonly params: JsonObject | undefined
}

async function readRequest(request: IncomingMessage): Promise<Asked> {
  const message: unknown = JSON.parse(await text(request))
  const { id, method, params } = isJsonObject(message) ? message : {}
  return { id, method: typeof method === 'string' ? method : '', params: isJsonObject(params) ? params : undefined }
}

function nameOf({ name, uri }: JsonObject): string {
  return typeof name === 'string' ? name : typeof uri === 'string' ? uri : ''
}

type Reply = { readonly result?: JsonObject; readonly error?: JsonValue }

function answerTo(definition: ServerDefinition, { method, params }: Asked, isModern: boolean): Reply {
  const { capabilities, instructions, answers } = definition
  const known = params ?? {}
  const complete = (result: JsonObject) => ({ result: isModern ? { resultType: 'complete', ...result } : result })
  const list = (member: string, entries: readonly JsonValue[]) =>
    complete({ [member]: entries, ...(isModern ? CACHE_HINTS : {}) })
  switch (method) {
    case 'initialize':
      return {
        result: {
          protocolVersion: known['protocolVersion'] ?? '',
          capabilities,
          instructions,
          serverInfo: SERVER_INFO,
        },
      }
    case 'server/discover':
      return isModern
        ? complete({
            supportedVersions: ['2026-07-28'],
            capabilities,
            instructions,
            serverInfo: SERVER_INFO,
            ...CACHE_HINTS,
          })
        : { error: UNKNOWN }
    case 'ping':
      return complete({})
    case 'tools/list':
      return list('tools', definition.tools)
    case 'prompts/list':
      return list('prompts', definition.prompts)
    case 'resources/list':
      return list('resources', definition.resources)
    case 'resources/templates/list':
      return list('resourceTemplates', definition.resourceTemplates)
    default: {
      const answer = answers.get(`${method} ${nameOf(known)}`)
      if (answer === undefined) return { error: UNKNOWN }
      if ('error' in answer) return answer
      return complete({ ...answer.result, ...(isModern && method === 'resources/read' ? CACHE_HINTS : {}) })
    }
  }
}
