// The cheapest correct MCP server of both eras: what a call costs without anything around it. Prints its port.
import { createServer } from 'node:http'

interface Asked {
  readonly id?: string | number
  readonly method: string
  readonly params?: {
    readonly name?: string
    readonly arguments?: { readonly text?: string }
    /** Older clients take no newer one than they ask for. */
    readonly protocolVersion?: string
  }
}

const schema = { type: 'object', properties: { text: { type: 'string' } } }
const TEXTS: Readonly<Record<string, string>> = { big: 'x'.repeat(10_240), huge: 'x'.repeat(1_048_576) }
const tools = ['echo', 'big', 'huge'].map((name) => ({ name, description: `Answers ${name}.`, inputSchema: schema }))
const info = { name: 'bench', version: '1.0.0' }

function answer({ method, params }: Asked): object | undefined {
  switch (method) {
    case 'initialize':
      return { protocolVersion: params?.protocolVersion ?? '2025-11-25', capabilities: { tools: {} }, serverInfo: info }
    case 'server/discover':
      return {
        resultType: 'complete',
        supportedVersions: ['2026-07-28'],
        capabilities: { tools: {} },
        serverInfo: info,
      }
    case 'tools/list':
      return { tools }
    case 'tools/call':
      return { content: [{ type: 'text', text: TEXTS[params?.name ?? ''] ?? params?.arguments?.text ?? '' }] }
    case 'ping':
      return {}
    default:
      return undefined
  }
}

const server = createServer((request, response) => {
  if (request.method !== 'POST') {
    response.writeHead(405).end()
    return
  }
  let text = ''
  request.setEncoding('utf8')
  request.on('data', (chunk: string) => {
    text += chunk
  })
  request.on('end', () => {
    const asked: Asked = JSON.parse(text)
    if (asked.id === undefined) {
      response.writeHead(202).end()
      return
    }
    const result = answer(asked)
    const body = JSON.stringify({
      jsonrpc: '2.0',
      id: asked.id,
      ...(result === undefined ? { error: { code: -32_601, message: 'Method not found' } } : { result }),
    })
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }).end(body)
  })
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.stdout.write(`${JSON.stringify({ port: typeof address === 'object' ? address?.port : undefined })}\n`)
})
