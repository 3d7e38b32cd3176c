import { type Server, createServer } from 'node:http'
import type { ResolveHost } from '../../runtime/src/broker/egress/pinned-client.ts'
import type { Hit } from './attempt.ts'

/** Two servers on loopback: one stands for hosts that can be granted, one for everything inside that cannot. */
export interface Servers extends AsyncDisposable {
  readonly granted: number
  readonly internal: number
  readonly hits: { readonly granted: Hit[]; readonly internal: Hit[] }
}

interface Answer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string | Buffer
}

export async function openServers(internalTreasure: string): Promise<Servers> {
  const hits = { granted: [] as Hit[], internal: [] as Hit[] }
  await using stack = new AsyncDisposableStack()
  const internal = stack.use(await listen(hits.internal, () => ({ body: internalTreasure })))
  const granted = stack.use(await listen(hits.granted, answerOf))
  const owned = stack.move()
  return {
    granted: portOf(granted),
    internal: portOf(internal),
    hits,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

function answerOf(hit: Hit): Answer {
  const url = new URL(hit.url, 'http://x')
  const location = url.searchParams.get('to') ?? ''
  if (url.pathname.endsWith('/redirect')) return { status: 302, headers: { location }, body: '' }
  if (url.pathname.endsWith('/redirect-307')) return { status: 307, headers: { location }, body: '' }
  if (url.pathname.endsWith('/echo')) return { body: JSON.stringify(hit.headers) }
  if (url.pathname.endsWith('/large')) return { body: 'x'.repeat(1_000_000) }
  if (url.pathname.endsWith('/bytes'))
    return { headers: { 'content-type': 'image/png' }, body: Buffer.from([0x89, 0x50, 0xff, 0xfe]) }
  return { headers: { 'set-cookie': 'session=1' }, body: 'granted' }
}

async function listen(hits: Hit[], answer: (hit: Hit) => Answer): Promise<Server> {
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8')
    request.on('data', (chunk: string) => (body += chunk))
    request.on('end', () => {
      const hit = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body }
      hits.push(hit)
      const { status = 200, headers = {}, body: text } = answer(hit)
      response.writeHead(status, { 'content-type': 'text/plain', ...headers }).end(text)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

// Names below example.com and where they lead; a second list is what they lead to from the second question on.
const names: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'metadata.example.com': [['169.254.169.254']],
  'mixed.example.com': [['127.0.0.1', '169.254.169.254']],
  'mixed-reversed.example.com': [['169.254.169.254', '127.0.0.1']],
  'alibaba.example.com': [['100.100.100.200']],
  'link-local-6.example.com': [['fe80::1']],
  'metadata-6.example.com': [['fd00:ec2::254']],
  'mapped.example.com': [['::ffff:169.254.169.254']],
  'nat64.example.com': [['64:ff9b::a9fe:a9fe']],
  'six-to-four.example.com': [['2002:a9fe:a9fe::1']],
  'nowhere.example.com': [['0.0.0.0']],
  'everyone.example.com': [['255.255.255.255']],
  'multicast.example.com': [['224.0.0.1']],
  'empty.example.com': [[]],
  'turning.example.com': [['127.0.0.1'], ['169.254.169.254']],
}

/** A name server whose answers are fixed, and change between two questions where the table says so. */
export function createNameServer(): ResolveHost {
  const asked = new Map<string, number>()
  return async (hostname) => {
    const times = asked.get(hostname) ?? 0
    asked.set(hostname, times + 1)
    const answers = names[hostname] ?? [['127.0.0.1']]
    const addresses = answers[Math.min(times, answers.length - 1)] ?? []
    return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
  }
}
