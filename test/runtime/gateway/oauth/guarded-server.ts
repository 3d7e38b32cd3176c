// oxlint-disable typescript/no-unsafe-type-assertion -- a listening TCP server has an AddressInfo
import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { isJsonObject } from '../../../../runtime/src/gateway/json-rpc.ts'

/** An MCP server of the modern revision with an authorization server of its own, both on one port. */
export interface GuardedServer extends AsyncDisposable {
  readonly url: string
  /** What was presented at `/mcp`, in order. */
  readonly presented: (string | undefined)[]
  /** Grants that were used at the token endpoint. */
  readonly grants: (string | null)[]
  /** Tokens given so far count no more; with `renewals: false` nor do those that renew them. */
  revoke(options?: { readonly renewals: boolean }): void
}

const INFO = { resultType: 'complete', supportedVersions: ['2026-07-28'], capabilities: { tools: {} } }
const TOOL = { name: 'secret_echo', description: 'Answers.', inputSchema: { type: 'object' } }
const RESULTS: Readonly<Record<string, object>> = {
  'server/discover': INFO,
  'tools/list': { resultType: 'complete', tools: [TOOL], ttlMs: 0, cacheScope: 'private' },
  'tools/call': { resultType: 'complete', content: [{ type: 'text', text: 'for members only' }] },
}

export async function openGuardedServer(): Promise<GuardedServer> {
  const valid = new Set<string>()
  let takesRenewals = true
  const presented: (string | undefined)[] = []
  const grants: (string | null)[] = []
  let origin = ''
  const send = (response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))

  const authorize = (address: URL, response: ServerResponse) => {
    const back = new URL(address.searchParams.get('redirect_uri') ?? '')
    back.search = new URLSearchParams({
      code: randomUUID(),
      state: address.searchParams.get('state') ?? '',
      iss: origin,
    }).toString()
    response.writeHead(302, { location: back.href }).end()
  }
  const token = async (request: IncomingMessage, response: ServerResponse) => {
    const form = new URLSearchParams(await text(request))
    const grant = form.get('grant_type')
    grants.push(grant)
    if (grant === 'refresh_token' && !takesRenewals) {
      send(response, 400, { error: 'invalid_grant' })
      return
    }
    const access = randomUUID()
    valid.add(access)
    const answer = { access_token: access, token_type: 'Bearer', expires_in: 3600, refresh_token: randomUUID() }
    send(response, 200, answer)
  }
  const mcp = async (request: IncomingMessage, response: ServerResponse) => {
    const { authorization } = request.headers
    presented.push(authorization)
    const message: unknown = JSON.parse(await text(request))
    if (!valid.has(authorization?.replace('Bearer ', '') ?? '')) {
      const where = `${origin}/.well-known/oauth-protected-resource/mcp`
      send(response, 401, {}, { 'www-authenticate': `Bearer resource_metadata="${where}"` })
    } else if (isJsonObject(message)) {
      const { id, method } = message
      send(response, 200, {
        jsonrpc: '2.0',
        id,
        result: (typeof method === 'string' ? RESULTS[method] : undefined) ?? {},
      })
    }
  }

  const server = createServer((request, response) => {
    const address = new URL(request.url ?? '', origin)
    const documents: Readonly<Record<string, object>> = {
      '/.well-known/oauth-protected-resource/mcp': { resource: `${origin}/mcp`, authorization_servers: [origin] },
      '/.well-known/oauth-authorization-server': {
        issuer: origin,
        authorization_endpoint: `${origin}/authorize`,
        token_endpoint: `${origin}/token`,
        registration_endpoint: `${origin}/register`,
        response_types_supported: ['code'],
        code_challenge_methods_supported: ['S256'],
        token_endpoint_auth_methods_supported: ['none'],
        authorization_response_iss_parameter_supported: true,
      },
    }
    const document = documents[address.pathname]
    if (document !== undefined) send(response, 200, document)
    else if (address.pathname === '/authorize') authorize(address, response)
    else if (address.pathname === '/register')
      void text(request).then((body) => send(response, 201, { ...JSON.parse(body), client_id: 'nexus' }))
    else if (address.pathname === '/token') void token(request, response)
    else if (address.pathname === '/mcp' && request.method === 'POST') void mcp(request, response)
    else response.writeHead(404).end()
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: `${origin}/mcp`,
    presented,
    grants,
    revoke({ renewals } = { renewals: true }) {
      valid.clear()
      takesRenewals = renewals
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}
