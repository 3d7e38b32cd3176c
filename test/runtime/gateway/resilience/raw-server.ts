// oxlint-disable typescript/no-unsafe-type-assertion -- a test server that believes whatever it is sent
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Json = Record<string, unknown>

/** True when it took the message. */
export type Behave = (message: Json, request: IncomingMessage, response: ServerResponse) => boolean

/** A legacy server over Streamable HTTP that says exactly what a test wants it to. */
export interface RawServer extends AsyncDisposable {
  readonly url: string
  readonly port: number
  readonly seen: Json[]
  /** Calls seen, by tool name. */
  calls(name?: string): number
  /** Headers of each `tools/call`. */
  readonly headers: IncomingMessage['headers'][]
}

export const toolOf = (message: Json): string => String((message['params'] as Json | undefined)?.['name'])
export const isCall = (message: Json): boolean => message['method'] === 'tools/call'

export function answer(
  response: ServerResponse,
  id: unknown,
  result: Json,
  headers: Record<string, string> = {},
): void {
  response.writeHead(200, { 'content-type': 'application/json', ...headers })
  response.end(JSON.stringify({ jsonrpc: '2.0', id, result }))
}

export const said = (text: string): Json => ({ content: [{ type: 'text', text }] })

const object = { type: 'object' }
const TOOLS = [
  { name: 'go', inputSchema: object },
  { name: 'look', inputSchema: object, annotations: { readOnlyHint: true } },
  { name: 'put', inputSchema: object, annotations: { idempotentHint: true } },
]

function serve(message: Json, response: ServerResponse, name: string): void {
  const { id, method } = message
  if (id === undefined) {
    response.writeHead(202).end()
    return
  }
  if (method === 'initialize') {
    const capabilities = { tools: { listChanged: true }, resources: {}, prompts: {} }
    const result = { protocolVersion: '2025-11-25', capabilities, serverInfo: { name: 'raw', version: '1' } }
    return answer(response, id, result, { 'mcp-session-id': `session-${name}` })
  }
  if (method === 'tools/list') return answer(response, id, { tools: TOOLS })
  if (method === 'resources/list') return answer(response, id, { resources: [{ uri: 'raw://one', name: 'one' }] })
  if (method === 'resources/templates/list') return answer(response, id, { resourceTemplates: [] })
  if (method === 'prompts/list') return answer(response, id, { prompts: [] })
  if (method === 'ping') return answer(response, id, {})
  if (method === 'resources/read') return answer(response, id, { contents: [{ uri: 'raw://one', text: name }] })
  if (method === 'tools/call') return answer(response, id, said(name))
  response.writeHead(400, { 'content-type': 'application/json' })
  response.end('{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"Bad Request"}}')
}

/** `name` is what its tools answer. */
export async function startRawServer(behave: Behave = () => false, name = 'went', port = 0): Promise<RawServer> {
  const seen: Json[] = []
  const headers: IncomingMessage['headers'][] = []
  const server = createServer((request, response) => {
    if (request.method !== 'POST') {
      response.writeHead(request.method === 'GET' ? 405 : 200).end()
      return
    }
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')))
    request.on('end', () => {
      const message = JSON.parse(body) as Json
      seen.push(message)
      if (isCall(message)) headers.push(request.headers)
      if (!behave(message, request, response)) serve(message, response, name)
    })
  })
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done))
  const { port: given } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${given}/mcp`,
    port: given,
    seen,
    headers,
    calls: (tool) =>
      seen.filter((message) => isCall(message) && (tool === undefined || toolOf(message) === tool)).length,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}
