import { createServer } from 'node:http'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import { z } from 'zod'

/** A remote server as a stranger would write it: the official SDK, stateless Streamable HTTP. */
export async function startRemoteServer(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const mcp = new McpServer({ name: 'sums', version: '1.0.0' })
    mcp.registerTool(
      'remote_add',
      { description: 'Adds two numbers.', inputSchema: { a: z.number(), b: z.number() } },
      ({ a, b }) => ({
        content: [{ type: 'text', text: String(a + b) }],
      }),
    )
    const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined } as never)
    response.on('close', () => void transport.close())
    void mcp.connect(transport as never).then(() => transport.handleRequest(request, response))
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('Expected a port.')
  return {
    url: `http://localhost:${address.port}/mcp`,
    async close() {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}
