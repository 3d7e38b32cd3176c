import { z } from 'zod'
import { openHttpConnection } from './http-connection.ts'
import { openSseConnection } from './sse-connection.ts'

/** An MCP endpoint to call, and in which era. */
export interface McpTarget {
  readonly url: string
  readonly token?: string
  /** `modern` by default. A legacy client opens one session for each connection; `sse` is the transport of 2024-11-05. */
  readonly era?: 'modern' | 'legacy' | 'sse'
}

const answerSchema = z.looseObject({
  result: z.looseObject({}).optional(),
  error: z.looseObject({ message: z.string() }).optional(),
})
const MODERN = '2026-07-28'
const LEGACY = '2025-11-25'
const CLIENT = { name: 'nexus-bench', version: '1.0.0' }
const ENVELOPE = {
  'io.modelcontextprotocol/protocolVersion': MODERN,
  'io.modelcontextprotocol/clientCapabilities': {},
  'io.modelcontextprotocol/clientInfo': CLIENT,
}

type Params = Readonly<Record<string, unknown>>

/** A client over one connection. */
export interface McpConnection {
  /** Of a legacy session, where the server has sessions. */
  readonly sessionId?: string | undefined
  /** The result. A JSON-RPC error or another status than 200 rejects. */
  request(method: string, params: Params): Promise<Readonly<Record<string, unknown>>>
  /** The body as it came: a loaded machine should not measure the parser of its client. */
  call(tool: string, text: string): Promise<string>
  close(): void
}

/** Opens a connection to an MCP endpoint, with its handshake where the era has one. */
export async function openMcpConnection(target: McpTarget): Promise<McpConnection> {
  const { era = 'modern' } = target
  if (era === 'sse') return openSseConnection(target)
  const url = new URL(target.url)
  const connection = await openHttpConnection(url.hostname, Number(url.port))
  const token = target.token === undefined ? '' : `authorization: Bearer ${target.token}\r\n`
  const version = era === 'modern' ? MODERN : LEGACY
  let head = `POST ${url.pathname} HTTP/1.1\r\nhost: ${url.host}\r\ncontent-type: application/json\r\naccept: application/json, text/event-stream\r\nmcp-protocol-version: ${version}\r\n${token}`
  let id = 0

  const post = async (method: string, params: Params, notification = false) => {
    id += 1
    const full = era === 'modern' ? { ...params, _meta: ENVELOPE } : params
    const body = JSON.stringify({ jsonrpc: '2.0', ...(notification ? {} : { id }), method, params: full })
    const name = typeof params['name'] === 'string' ? `mcp-name: ${params['name']}\r\n` : ''
    const mirrored = era === 'modern' ? `mcp-method: ${method}\r\n${name}` : ''
    const answer = await connection.send(`${head}${mirrored}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
    if (answer.status !== (notification ? 202 : 200))
      throw new Error(
        `Expected ${target.url} to accept ${method}, found ${answer.status}: ${answer.body.slice(0, 300)}`,
      )
    return answer
  }
  const request: McpConnection['request'] = async (method, params) => {
    const { body } = await post(method, params)
    const message = answerSchema.parse(JSON.parse(lastEvent(body)))
    if (message.result !== undefined) return message.result
    throw new Error(`Expected a result of ${method}, found: ${message.error?.message ?? body.slice(0, 300)}`)
  }
  let sessionId: string | undefined
  if (era === 'legacy') {
    sessionId = (await post('initialize', { protocolVersion: LEGACY, capabilities: {}, clientInfo: CLIENT })).sessionId
    if (sessionId !== undefined) head += `mcp-session-id: ${sessionId}\r\n`
    await post('notifications/initialized', {}, true)
  }
  return {
    sessionId,
    request,
    call: async (tool, text) => (await post('tools/call', { name: tool, arguments: { text } })).body,
    close: connection.close,
  }
}

/** The body, or the data of its last event when it is an event stream. */
function lastEvent(body: string): string {
  if (body.startsWith('{')) return body
  return (
    body
      .split('\n')
      .findLast((line) => line.startsWith('data:'))
      ?.slice(5) ?? body
  )
}
