// The cheapest correct MCP server: what a call costs without anything around it. Prints its port.
import { createServer } from 'node:http'
import { z } from 'zod'

const message = z.looseObject({
  id: z.union([z.string(), z.number()]).optional(),
  method: z.string(),
  params: z
    .looseObject({ name: z.string().optional(), arguments: z.looseObject({ text: z.string().optional() }).optional() })
    .optional(),
})

const tools = [
  {
    name: 'echo',
    description: 'Answers with the text it is given.',
    inputSchema: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] },
  },
]

function answer({ method, params }: z.infer<typeof message>): object | undefined {
  switch (method) {
    case 'initialize':
      return {
        protocolVersion: '2025-11-25',
        capabilities: { tools: {} },
        serverInfo: { name: 'echo', version: '1.0.0' },
      }
    case 'tools/list':
      return { tools }
    case 'tools/call':
      return { content: [{ type: 'text', text: params?.arguments?.text ?? '' }] }
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
    const asked = message.parse(JSON.parse(text))
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
