import { z } from 'zod'
import { type HttpConnection, openHttpConnection } from './http-connection.ts'

/** An MCP endpoint to call. */
export interface McpTarget {
  readonly url: string
  readonly token?: string
}

const answerSchema = z.looseObject({
  result: z.looseObject({}).optional(),
  error: z.looseObject({ message: z.string() }).optional(),
})
const PROTOCOL = '2026-07-28'

/** A client of the stateless protocol over one connection. */
export interface McpConnection {
  request(method: string, params: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>>
  close(): void
}

/** Opens a connection to an MCP endpoint. A JSON-RPC error or another status than 200 rejects. */
export async function openMcpConnection(target: McpTarget): Promise<McpConnection> {
  const url = new URL(target.url)
  const connection: HttpConnection = await openHttpConnection(url.hostname, Number(url.port))
  const token = target.token === undefined ? '' : `authorization: Bearer ${target.token}\r\n`
  const head = `POST ${url.pathname} HTTP/1.1\r\nhost: ${url.host}\r\ncontent-type: application/json\r\naccept: application/json, text/event-stream\r\nmcp-protocol-version: ${PROTOCOL}\r\n${token}`
  const meta = {
    'io.modelcontextprotocol/protocolVersion': PROTOCOL,
    'io.modelcontextprotocol/clientCapabilities': {},
    'io.modelcontextprotocol/clientInfo': { name: 'nexus-bench', version: '1.0.0' },
  }
  let id = 0
  return {
    async request(method, params) {
      id += 1
      const body = JSON.stringify({ jsonrpc: '2.0', id, method, params: { ...params, _meta: meta } })
      const name = typeof params['name'] === 'string' ? `mcp-name: ${params['name']}\r\n` : ''
      const answer = await connection.send(
        `${head}mcp-method: ${method}\r\n${name}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
      )
      if (answer.status !== 200)
        throw new Error(`Expected status 200 from ${target.url}, found ${answer.status}: ${answer.body.slice(0, 300)}`)
      const message = answerSchema.parse(JSON.parse(lastEvent(answer.body)))
      if (message.result === undefined)
        throw new Error(`Expected a result of ${method}, found: ${message.error?.message ?? answer.body.slice(0, 300)}`)
      return message.result
    },
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
