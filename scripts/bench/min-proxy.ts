// The least a gateway on node:http and undici has to do: read a call, map the tool's name, send it on over a warm
// connection, put the client's id back. No authentication, no policy, no audit. `node min-proxy.ts <upstream url>`
import { createServer, type IncomingMessage } from 'node:http'
import { Pool } from 'undici'

const upstream = new URL(process.argv[2] ?? 'http://127.0.0.1:4100/mcp')
const pool = new Pool(upstream.origin, { connections: 32, pipelining: 1 })
const PREFIX = 'remote__'
let lastId = 0

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}

async function forward(text: string, headers: IncomingMessage['headers']): Promise<string> {
  const message = JSON.parse(text)
  const { id } = message
  lastId += 1
  message.id = lastId
  const name = message.params?.name
  if (typeof name === 'string' && name.startsWith(PREFIX)) message.params.name = name.slice(PREFIX.length)
  const { body } = await pool.request({
    path: upstream.pathname,
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': headers['mcp-protocol-version'] ?? '2025-11-25',
    },
    body: JSON.stringify(message),
  })
  const answer = JSON.parse(await body.text())
  answer.id = id
  return JSON.stringify(answer)
}

const server = createServer((request, response) => {
  textOf(request)
    .then((text) => forward(text, request.headers))
    .then((body) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
      response.end(body)
    })
    .catch((error: unknown) => response.writeHead(502).end(String(error)))
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.stdout.write(`${JSON.stringify({ port: typeof address === 'object' ? address?.port : undefined })}\n`)
})
