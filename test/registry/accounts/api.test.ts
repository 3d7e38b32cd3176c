import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RegistryLogger, openRegistry } from '@nexus/registry'
import { generateKeyPair } from '@nexus/registry/signing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ADMIN_TOKEN, openTestRegistry } from '../http/open-test-registry.ts'
import { PASSWORD } from './open-test-store.ts'

type TestRegistry = Awaited<ReturnType<typeof openTestRegistry>>

let registry: TestRegistry
beforeAll(async () => {
  registry = await openTestRegistry()
})
afterAll(() => registry[Symbol.asyncDispose]())

async function signedUp(name: string): Promise<string> {
  const account = { name, email: `${name}@example.com`, password: PASSWORD }
  expect(await registry.send('POST', '/api/v1/accounts', { json: account })).toMatchObject({ status: 201 })
  return signedIn(name)
}

async function signedIn(name: string, password = PASSWORD): Promise<string> {
  const { status, body } = await registry.send('POST', '/api/v1/login', { json: { name, password } })
  expect(status).toBe(201)
  return String(Object(body).token)
}

const whoami = (token: string) => registry.send('GET', '/api/v1/whoami', { token })

describe('accounts over HTTP [R5]', () => {
  it('sign up, sign in, say who they are, and sign out', async () => {
    const token = await signedUp('ada')
    expect((await whoami(token)).body).toMatchObject({
      kind: 'account',
      name: 'ada',
      account: { secondFactor: 'off' },
      memberships: [],
    })
    expect((await registry.send('POST', '/api/v1/logout', { token })).status).toBe(204)
    expect(await whoami(token)).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } })
  })

  it('make limited tokens with their password only, and none with a limited token', async () => {
    const token = await signedUp('bea')
    const request = {
      name: 'ci',
      password: PASSWORD,
      scopes: ['publish'],
      packages: ['@bea/web'],
      cidrs: ['10.0.0.0/8'],
    }
    const send = (json: unknown, as = token) => registry.send('POST', '/api/v1/account/tokens', { token: as, json })
    expect(await send({ ...request, password: 'stolen token, no password' })).toMatchObject({
      status: 401,
      body: { code: 'CREDENTIALS_WRONG' },
    })
    expect(await send({ ...request, cidrs: ['10.0.0.0/99'] })).toMatchObject({ status: 422 })
    expect(await send({ ...request, scopes: ['account'] })).toMatchObject({ status: 422 })
    const made = await send(request)
    expect(made).toMatchObject({ status: 201, body: { hint: expect.stringMatching(/^nxa_/), scopes: ['publish'] } })
    const limited = String(Object(made.body).token)
    expect(await whoami(limited)).toMatchObject({ status: 403, body: { code: 'TOKEN_ADDRESS' } })
    const here = await send({ ...request, cidrs: ['127.0.0.0/8'] })
    expect(await send(request, String(Object(here.body).token))).toMatchObject({
      status: 403,
      body: { code: 'FORBIDDEN' },
    })
    const { body } = await registry.send('GET', '/api/v1/account/tokens', { token })
    expect(JSON.stringify(body)).not.toContain(limited)
    const path = `/api/v1/account/tokens/${Object(here.body).id}`
    expect((await registry.send('DELETE', path, { token })).status).toBe(204)
    expect((await whoami(String(Object(here.body).token))).status).toBe(401)
  })

  it('lose every other token when their password changes', async () => {
    const token = await signedUp('cleo')
    const other = await signedIn('cleo')
    const json = { password: PASSWORD, newPassword: 'another long phrase' }
    expect((await registry.send('PUT', '/api/v1/account/password', { token, json })).status).toBe(204)
    expect((await whoami(other)).status).toBe(401)
    expect((await whoami(token)).status).toBe(200)
    await signedIn('cleo', 'another long phrase')
  })

  it('are told by npm’s own header that a second factor is missing', async () => {
    const token = await signedUp('dora')
    const enrolled = await registry.send('POST', '/api/v1/account/second-factor', {
      token,
      json: { password: PASSWORD },
    })
    expect(enrolled).toMatchObject({ status: 201, body: { url: expect.stringMatching(/^otpauth:/) } })
    const wrong = { code: '000000' }
    const refused = await registry.send('POST', '/api/v1/account/second-factor/confirm', { token, json: wrong })
    expect(refused).toMatchObject({ status: 401, body: { code: 'SECOND_FACTOR_WRONG' } })
    expect(refused.headers.get('www-authenticate')).toBe('OTP')
  })

  it('are disabled, enabled and reset by the admin, and by nobody else', async () => {
    const token = await signedUp('emma')
    const path = '/api/v1/accounts/emma'
    expect(await registry.send('PUT', `${path}/disabled`, { token })).toMatchObject({ status: 403 })
    await registry.send('PUT', `${path}/disabled`, { token: ADMIN_TOKEN })
    expect((await whoami(token)).status).toBe(401)
    await registry.send('DELETE', `${path}/disabled`, { token: ADMIN_TOKEN })
    expect((await whoami(token)).status).toBe(200)
    const reset = await registry.send('POST', `${path}/reset`, { token: ADMIN_TOKEN })
    expect((await whoami(token)).status).toBe(401)
    await signedIn('emma', String(Object(reset.body).password))
    expect(await registry.send('POST', '/api/v1/accounts/nobody/reset', { token: ADMIN_TOKEN })).toMatchObject({
      status: 404,
      body: { code: 'ACCOUNT_NOT_FOUND' },
    })
  })
})

describe('publishers of accounts over HTTP [R5]', () => {
  it('belong to who created them, who manages keys, members and tokens; others do not', async () => {
    const owner = await signedUp('fay')
    const other = await signedUp('gina')
    const key = generateKeyPair().publicKey
    const create = (token: string, id: string) =>
      registry.send('POST', '/api/v1/publishers', { token, json: { id, displayName: id } })
    expect((await create(owner, 'fay-labs')).status).toBe(201)
    expect(await create(other, 'fay-labs')).toMatchObject({ status: 409 })
    expect(await create(other, 'faylabs')).toMatchObject({ status: 409, body: { code: 'NAME_LOOKS_LIKE' } })
    expect(await create(other, 'npm')).toMatchObject({ status: 403, body: { code: 'NAME_RESERVED' } })
    const path = '/api/v1/publishers/fay-labs'
    const addKey = (token: string, publicKey: string) =>
      registry.send('POST', `${path}/keys`, { token, json: { publicKey } })
    expect(await addKey(other, key)).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } })
    const added = await addKey(owner, key)
    expect(added.status).toBe(201)
    const rotated = await registry.send('POST', `${path}/keys/${Object(added.body).keyId}/rotate`, {
      token: owner,
      json: { publicKey: generateKeyPair().publicKey, overlapDays: 1 },
    })
    expect(rotated.status).toBe(201)
    const { body } = await registry.send('GET', path)
    expect(Object(body).keys.map((one: object) => 'validUntil' in one)).toEqual([true, false])
    const member = await registry.send('PUT', `${path}/members/gina`, { token: owner, json: { role: 'maintainer' } })
    expect(member.status).toBe(204)
    expect(await addKey(other, generateKeyPair().publicKey)).toMatchObject({ status: 403 })
    expect((await registry.send('DELETE', `${path}/members/gina`, { token: other })).status).toBe(204)
    expect(await registry.send('DELETE', `${path}/members/fay`, { token: owner })).toMatchObject({
      status: 409,
      body: { code: 'LAST_OWNER' },
    })
    const { body: log } = await registry.send('GET', '/api/v1/log/entries')
    const kinds = Object(log).items.map(({ statement }: { statement: string }) => JSON.parse(statement).entry)
    expect(kinds.filter(({ publisherId }: { publisherId?: string }) => publisherId === 'fay-labs')).toMatchObject([
      { kind: 'owner.added', role: 'owner' },
      { kind: 'key.added' },
      { kind: 'key.added' },
      { kind: 'owner.added', role: 'maintainer' },
      { kind: 'owner.removed' },
    ])
  })

  it('make no token that may more than the one in use', async () => {
    await signedUp('hana')
    const token = await signedIn('hana')
    await registry.send('POST', '/api/v1/publishers', { token, json: { id: 'hana-works', displayName: 'H' } })
    const path = '/api/v1/publishers/hana-works/tokens'
    const manager = await registry.send('POST', path, { token, json: { name: 'm', scopes: ['manage'] } })
    const wider = { name: 'w', scopes: ['publish'] }
    expect(await registry.send('POST', path, { token: String(Object(manager.body).token), json: wider })).toMatchObject(
      {
        status: 403,
        body: { code: 'TOKEN_WIDER' },
      },
    )
  })
})

describe('what the registry tells of people [R5]', () => {
  it('writes security events into its own log, without a password, a token or a code', async () => {
    const lines: string[] = []
    const write: RegistryLogger['info'] = (fields, message) => lines.push(JSON.stringify({ ...fields, message }))
    const dataDir = await mkdtemp(join(tmpdir(), 'nexus-registry-quiet-'))
    const own = await openRegistry({ dataDir, logger: { info: write, warn: write, error: write } })
    try {
      const post = async (path: string, body: unknown) => {
        const headers = { 'content-type': 'application/json' }
        const answer = await fetch(own.url + path, { method: 'POST', headers, body: JSON.stringify(body) })
        return Object(await answer.json())
      }
      const account = { name: 'ada', email: 'ada@example.com', password: PASSWORD }
      await post('/api/v1/accounts', account)
      const { token } = await post('/api/v1/login', { name: 'ada', password: PASSWORD })
      const refused = await post('/api/v1/login', { name: 'ada', password: 'a wrong password' })
      const identity = 'eyJhbGciOiJub25lIn0.e30.'
      const denied = await post('/api/v1/identity/exchange', { package: '@acme/web', identityToken: identity })
      expect(lines.join('\n')).toContain('account.signed-in')
      const told = [...lines, JSON.stringify(refused), JSON.stringify(denied)].join('\n')
      for (const secret of [PASSWORD, 'a wrong password', String(token), identity]) expect(told).not.toContain(secret)
    } finally {
      await own.close()
      await rm(dataDir, { recursive: true, force: true })
    }
  })
})
