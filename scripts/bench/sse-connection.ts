import { once } from 'node:events'
import { connect } from 'node:net'
import { z } from 'zod'
import { openHttpConnection } from './http-connection.ts'
import type { McpConnection, McpTarget } from './mcp-target.ts'

// A client of the transport of 2024-11-05, which some peers speak only: an event stream brings what posts ask for.

const VERSION = '2024-11-05'
const event = z.looseObject({
  id: z.number(),
  result: z.looseObject({}).optional(),
  error: z.looseObject({ message: z.string() }).optional(),
})

/** Opens the stream and calls back with the data of each event. */
async function openStream(url: URL, token: string, onEvent: (name: string, data: string) => void) {
  const socket = connect(Number(url.port), url.hostname)
  await once(socket, 'connect')
  socket.setNoDelay(true).setEncoding('utf8')
  let rest = ''
  socket.on('data', (chunk: string) => {
    // Chunk sizes and the head are lines that begin with neither `event:` nor `data:`.
    const blocks = (rest + chunk).split('\n\n')
    rest = blocks.pop() ?? ''
    for (const block of blocks) {
      const field = (name: string) => new RegExp(`(?:^|\\n)${name}: ?(.*)`).exec(block)?.[1]?.trimEnd()
      const data = field('data')
      if (data !== undefined) onEvent(field('event') ?? 'message', data)
    }
  })
  socket.write(`GET ${url.pathname} HTTP/1.1\r\nhost: ${url.host}\r\naccept: text/event-stream\r\n${token}\r\n`)
  return socket
}

/** Opens a session over HTTP+SSE. */
export async function openSseConnection(target: McpTarget): Promise<McpConnection> {
  const url = new URL(target.url)
  const token = target.token === undefined ? '' : `authorization: Bearer ${target.token}\r\n`
  const endpoint = Promise.withResolvers<string>()
  const waiting = new Map<number, PromiseWithResolvers<string>>()
  const socket = await openStream(url, token, (name, data) => {
    if (name === 'endpoint') return endpoint.resolve(data)
    const id = /"id":(\d+)/.exec(data)?.[1]
    const asked = waiting.get(Number(id))
    waiting.delete(Number(id))
    asked?.resolve(data)
  })
  socket.on('close', () => {
    for (const asked of waiting.values()) asked.reject(new Error('Expected an answer, found the stream closed.'))
  })
  const path = new URL(await endpoint.promise, url)
  const posts = await openHttpConnection(url.hostname, Number(url.port))
  let lastId = 0
  const send = async (method: string, params: object, notification = false): Promise<string> => {
    lastId += 1
    const body = JSON.stringify({ jsonrpc: '2.0', ...(notification ? {} : { id: lastId }), method, params })
    const asked = Promise.withResolvers<string>()
    if (!notification) waiting.set(lastId, asked)
    const head = `POST ${path.pathname}${path.search} HTTP/1.1\r\nhost: ${url.host}\r\ncontent-type: application/json\r\n${token}`
    const { status } = await posts.send(`${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`)
    if (status >= 300) throw new Error(`Expected ${target.url} to accept ${method}, found ${status}.`)
    return notification ? '' : asked.promise
  }
  const clientInfo = { name: 'nexus-bench', version: '1.0.0' }
  await send('initialize', { protocolVersion: VERSION, capabilities: {}, clientInfo })
  await send('notifications/initialized', {}, true)
  return {
    async request(method, params) {
      const { result, error } = event.parse(JSON.parse(await send(method, params)))
      if (result !== undefined) return result
      throw new Error(`Expected a result of ${method}, found: ${error?.message ?? 'nothing'}`)
    },
    call: (tool, text) => send('tools/call', { name: tool, arguments: { text } }),
    close() {
      socket.destroy()
      posts.close()
    },
  }
}
