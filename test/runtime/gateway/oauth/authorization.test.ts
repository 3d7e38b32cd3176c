import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openRemoteUpstream } from '../../../../runtime/src/gateway/upstream/open-remote-upstream.ts'
import { UpstreamAuthorizations } from '../../../../runtime/src/gateway/upstream/remote/oauth/authorizations.ts'
import type { Upstream } from '../../../../runtime/src/gateway/upstream/upstream.ts'
import { type HttpHost, openHttpHost } from '../../http/http-host.ts'
import { identity, openEgress, principal, startGateway } from '../harness.ts'
import { META, modern, openSession, post } from '../wire.ts'
import { type GuardedServer, openGuardedServer } from './guarded-server.ts'

const ID = 'installation-guarded'
/** A client that opens addresses. */
const VISITS = { ...META, 'io.modelcontextprotocol/clientCapabilities': { elicitation: { url: {} } } }

/** The message of an answer, whichever way it was given. */
async function firstMessage(answer: Response): Promise<unknown> {
  const body = await answer.text()
  return JSON.parse(body.startsWith('{') ? body : (/^data: (\{.*)$/m.exec(body)?.[1] ?? '{}'))
}

describe('a remote server that demands OAuth [G3]', () => {
  let host: HttpHost
  let server: GuardedServer
  let upstream: Upstream
  let authorizations: UpstreamAuthorizations

  beforeAll(async () => {
    authorizations = new UpstreamAuthorizations({ publicUrl: () => host.url })
    host = await openHttpHost({ ports: { authorizations } })
    server = await openGuardedServer()
    upstream = openUpstream()
  })
  afterAll(async () => {
    await upstream[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
    await host[Symbol.asyncDispose]()
  })

  function openUpstream(headers: Readonly<Record<string, string>> = {}): Upstream {
    const { url } = server
    const workspaceId = host.identity.defaultWorkspace.id
    return openRemoteUpstream({
      identity: identity('guarded'),
      url,
      egress: openEgress,
      headers: () => Promise.resolve(headers),
      authorize: (egress, owner) =>
        authorizations.protect(egress, { upstreamId: ID, workspaceId, label: 'guarded', url, owner }),
    })
  }

  const call = () =>
    upstream.request({
      method: 'tools/call',
      params: { name: 'secret_echo', arguments: {} },
      requestId: 'one',
      principal: principal('token:alice'),
      signal: AbortSignal.timeout(60_000),
    })

  /** Where a visit of this address leads. */
  const visit = async (address: string, cookie: string) => {
    const { pathname, search } = new URL(address)
    return host.ask('GET', `${pathname}${search}`, { as: { cookie } })
  }
  const agreeAt = async (address: string) => {
    const answer = await fetch(address, { redirect: 'manual' })
    return answer.headers.get('location') ?? ''
  }
  const startAddress = () => `${host.url}/oauth/upstream/start?upstream=${ID}`

  test('fails a call with the address to open, in the form that clients know', async () => {
    await expect(call()).rejects.toMatchObject({
      code: 'UPSTREAM_AUTHORIZATION_REQUIRED',
      details: { rpc: { code: -32042, data: { elicitations: [{ mode: 'url', url: startAddress() }] } } },
    })
    expect(upstream.lastError()?.message).toContain(startAddress())
  })

  test('sends nobody on their way who is not signed in, or may not manage what is shared', async () => {
    const stranger = await host.ask('GET', `/oauth/upstream/start?upstream=${ID}`, { as: null })
    expect(stranger.body).toMatchObject({ code: 'UPSTREAM_AUTHORIZATION_INVALID' })
    const { cookie } = await host.person('member')
    expect((await visit(startAddress(), cookie)).body).toMatchObject({ code: 'UPSTREAM_AUTHORIZATION_INVALID' })
  })

  test('takes what comes back only from the person who left, only once', async () => {
    const left = await visit(startAddress(), host.cookie)
    expect(left.status).toBe(302)
    const address = new URL(left.headers.get('location') ?? '')
    expect(address.searchParams.get('code_challenge_method')).toBe('S256')
    expect(address.searchParams.get('resource')).toBe(server.url)
    const back = await agreeAt(address.href)
    const { cookie } = await host.person('workspace-admin')
    expect((await visit(back, cookie)).body).toMatchObject({ code: 'UPSTREAM_AUTHORIZATION_INVALID' })
    expect((await visit(back, host.cookie)).status).toBe(200)
    expect((await visit(back, host.cookie)).body).toMatchObject({ code: 'UPSTREAM_AUTHORIZATION_INVALID' })
  })

  test('serves calls with a token of its own from then on', async () => {
    expect((await call()).get('content')).toEqual([{ type: 'text', text: 'for members only' }])
    expect(server.presented.at(-1)).toMatch(/^Bearer [0-9a-f-]{36}$/)
    expect(upstream.lastError()).toBeUndefined()
  })

  test('renews a token that counts no more without asking anybody', async () => {
    server.revoke()
    expect((await call()).get('content')).toEqual([{ type: 'text', text: 'for members only' }])
    expect(server.grants).toEqual(['authorization_code', 'refresh_token'])
  })

  test('has clients of both eras open the address when nothing else helps, and serves them afterwards', async () => {
    await using nexus = await startGateway()
    using stack = new DisposableStack()
    stack.use(nexus.gateway.upstreams.add(upstream))
    const { id } = await openSession(nexus)
    const session = { 'mcp-session-id': id, 'mcp-protocol-version': '2025-11-25' }
    const asModern = () =>
      modern(nexus, 'tools/call', { name: 'secret_echo', arguments: {}, _meta: VISITS }).then(firstMessage)
    const asLegacy = async () => {
      const params = { name: 'secret_echo', arguments: {} }
      const answer = await post(nexus, { jsonrpc: '2.0', id: 1, method: 'tools/call', params }, session)
      return firstMessage(answer)
    }
    expect(await asModern()).toMatchObject({ result: { resultType: 'complete' } })
    server.revoke({ renewals: false })
    const params = { mode: 'url', url: startAddress() }
    expect(await asModern()).toMatchObject({
      result: {
        resultType: 'input_required',
        inputRequests: { 'visit-1': { method: 'elicitation/create', params } },
      },
    })
    expect(await asLegacy()).toMatchObject({ error: { code: -32042, data: { elicitations: [params] } } })
    const left = await visit(startAddress(), host.cookie)
    expect((await visit(await agreeAt(left.headers.get('location') ?? ''), host.cookie)).status).toBe(200)
    expect(await asModern()).toMatchObject({ result: { content: [{ text: 'for members only' }] } })
    expect(await asLegacy()).toMatchObject({ result: { content: [{ text: 'for members only' }] } })
  })

  test('refuses a code from another authorization server', async () => {
    await using other = await openGuardedServer()
    await using lost = openRemoteUpstream({
      identity: identity('lost'),
      url: other.url,
      egress: openEgress,
      headers: () => Promise.resolve({}),
      authorize: (egress, owner) =>
        authorizations.protect(egress, {
          upstreamId: 'lost',
          workspaceId: host.identity.defaultWorkspace.id,
          label: 'lost',
          url: other.url,
          owner,
        }),
    })
    await expect(lost.catalog(AbortSignal.timeout(60_000))).rejects.toMatchObject({
      code: 'UPSTREAM_AUTHORIZATION_REQUIRED',
    })
    const left = await visit(`${host.url}/oauth/upstream/start?upstream=lost`, host.cookie)
    const back = new URL(await agreeAt(left.headers.get('location') ?? ''))
    back.searchParams.set('iss', 'https://evil.example')
    expect((await visit(back.href, host.cookie)).body).toMatchObject({ code: 'UPSTREAM_AUTHORIZATION_FAILED' })
    expect(other.grants).toEqual([])
  })

  test('never asks where the installation brings a credential of its own', async () => {
    await using own = openUpstream({ Authorization: 'Bearer mine' })
    await expect(own.catalog(AbortSignal.timeout(60_000))).rejects.toMatchObject({ code: 'UPSTREAM_REFUSED' })
    expect(server.presented.at(-1)).toBe('Bearer mine')
  })
})
