// oxlint-disable typescript/no-unsafe-type-assertion -- a listening TCP server has an AddressInfo
import { execFile } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { resolve } from 'node:path'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PRIME_AFTER_MS } from '../../../runtime/src/gateway/limits.ts'
import { remoteUpstream, type RunningGateway, startGateway, WORKSPACE } from '../../runtime/gateway/harness.ts'

const SUITE = resolve(import.meta.dirname, '../../../node_modules/@modelcontextprotocol/conformance/dist/index.js')

/** The tool that the suite calls; it takes so long that its answer has to come over a stream that can be taken up. */
function slowServer() {
  return createServer((request, response) => {
    const mcp = new McpServer({ name: 'slow', version: '1.0.0' })
    mcp.registerTool('test_reconnection', {}, async () => {
      await new Promise((done) => setTimeout(done, PRIME_AFTER_MS + 2_000))
      return { content: [{ type: 'text', text: 'Still connected.' }] }
    })
    const transport = new StreamableHTTPServerTransport({})
    response.on('close', () => void transport.close())
    void mcp.connect(transport as never).then(() => transport.handleRequest(request, response))
  })
}

describe('the official scenario for taking up streams [G1]', () => {
  const cleanup = new AsyncDisposableStack()
  let url: string
  const listen = async (server: ReturnType<typeof createServer>): Promise<string> => {
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    cleanup.defer(async () => {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    })
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`
  }
  beforeAll(async () => {
    const nexus: RunningGateway = cleanup.use(await startGateway())
    nexus.add(remoteUpstream('slow', await listen(slowServer())))
    await nexus.gateway.virtualServers.create(WORKSPACE, {
      name: 'polling',
      title: 'Polling',
      prefixMode: 'never',
      tools: [{ upstream: 'slow', tool: '*' }],
    })
    // The suite sends no token: this door adds one, and changes nothing else.
    url = await listen(
      createServer((request, response) => {
        request.url = '/v/polling/mcp'
        request.headers.authorization = 'Bearer alice'
        void nexus.gateway.handle(request, response)
      }),
    )
  })
  afterAll(() => cleanup.disposeAsync())

  it('finds the first event and the pause to wait, without a warning', async () => {
    const { promise, resolve: done } = Promise.withResolvers<string>()
    const args = [SUITE, 'server', '--url', url, '--scenario', 'server-sse-polling', '--verbose']
    execFile(process.execPath, args, { maxBuffer: 32 * 1024 * 1024 }, (_error, stdout, stderr) => done(stdout + stderr))
    const output = await promise
    for (const check of ['server-sse-priming-event', 'server-sse-retry-field']) {
      expect(output).toMatch(new RegExp(`"id": "${check}"[^{}]*"status": "SUCCESS"`))
    }
    expect(output).not.toMatch(/"status": "(WARNING|FAILURE)"/)
  })
})
