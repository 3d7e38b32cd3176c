import { type KeyObject, createHmac, generateKeyPairSync, randomUUID, sign } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { authenticate } from '../../../registry/src/accounts/authenticate.ts'
import { mayManage, mayPublish } from '../../../registry/src/accounts/permissions.ts'
import type { TrustRequest } from '../../../registry/src/contract/namespaces.ts'
import { createPublisher } from '../../../registry/src/publishers/create-publisher.ts'
import { exchangeIdentity } from '../../../registry/src/publishers/exchange-identity.ts'
import { addTrust, listTrusts, removeTrust } from '../../../registry/src/publishers/trusts.ts'
import { openTestStore } from '../accounts/open-test-store.ts'
import { openWebServer } from './json-server.ts'

const ADMIN = { kind: 'admin' } as const
const address = '192.0.2.7'

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A JSON Web Token, RS256. */
function signedToken(payload: unknown, key: KeyObject): string {
  const head = `${encode({ alg: 'RS256', kid: 'one' })}.${encode(payload)}`
  return `${head}.${sign('sha256', Buffer.from(head), key).toString('base64url')}`
}

/** An issuer of workflow identities on loopback, with claims like GitHub's or GitLab's. */
async function openIssuer() {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 })
  let fetched = 0
  const web = await openWebServer((request, response) => {
    fetched += 1
    const origin = `http://127.0.0.1:${web.port}`
    if (request.url === '/.well-known/openid-configuration') {
      response.end(JSON.stringify({ issuer: origin, jwks_uri: `${origin}/keys` }))
      return
    }
    const key = publicKey.export({ format: 'jwk' })
    response.end(JSON.stringify({ keys: [{ ...key, kid: 'one', alg: 'RS256', use: 'sig' }] }))
  })
  const url = `http://127.0.0.1:${web.port}`
  return {
    url,
    target: `127.0.0.1:${web.port}`,
    fetched: () => fetched,
    token(
      claims: Readonly<Record<string, unknown>>,
      change: { key?: 'stranger'; audience?: string | string[]; age?: number } = {},
    ) {
      const now = Math.floor(Date.now() / 1000) - (change.age ?? 0)
      const payload = {
        jti: randomUUID(),
        sub: 'repo:acme/web',
        ...claims,
        iss: url,
        aud: change.audience ?? 'npm:registry.example',
        iat: now,
        exp: now + 300,
      }
      return signedToken(payload, change.key === 'stranger' ? stranger.privateKey : privateKey)
    },
    [Symbol.asyncDispose]: () => web[Symbol.asyncDispose](),
  }
}

const GITHUB = {
  repository: 'acme/web',
  repository_id: '1234',
  workflow_ref: 'acme/web/.github/workflows/release.yml@refs/heads/main',
  environment: 'production',
  ref: 'refs/heads/main',
}

let issuer: Awaited<ReturnType<typeof openIssuer>>
let test: Awaited<ReturnType<typeof openTestStore>>
beforeAll(async () => {
  issuer = await openIssuer()
})
afterAll(() => issuer[Symbol.asyncDispose]())
beforeEach(async () => {
  test = await openTestStore({ privateTargets: [issuer.target], oidcIssuers: [issuer.url] })
  await createPublisher(test.store, { id: 'acme', displayName: 'Acme' })
  return () => test[Symbol.asyncDispose]()
})

const trust = (request: Partial<TrustRequest> = {}) =>
  addTrust(
    test.store,
    '@acme/web',
    {
      kind: 'github',
      issuer: issuer.url,
      claims: { repository: 'acme/web', workflow_ref: { file: 'release.yml' }, environment: 'production' },
      ...request,
    },
    ADMIN,
  )

const exchange = (identityToken: string, packageName = '@acme/web') =>
  exchangeIdentity(test.store, { packageName, identityToken, host: 'registry.example' })

describe('trusted publishing [R5]', () => {
  it('gives a GitHub workflow a token that publishes the one package, for minutes', async () => {
    await trust()
    const { token, expiresAt } = await exchange(issuer.token(GITHUB))
    expect(Date.parse(expiresAt) - Date.now()).toBeLessThanOrEqual(10 * 60_000)
    const actor = await authenticate(test.store, { token, address }, undefined)
    expect(actor).toMatchObject({ kind: 'trusted', scopes: ['publish'], packages: ['@acme/web'] })
    expect(await mayPublish(test.store, actor, '@acme/web')).toBe(true)
    expect(await mayPublish(test.store, actor, '@acme/other')).toBe(false)
    expect(await mayManage(test.store, actor, '@acme/web')).toBe(false)
  })

  it('marks a workflow that may only stage, so that a person approves what it publishes', async () => {
    await trust({ permissions: ['createStagedPackage'] })
    const { token } = await exchange(issuer.token(GITHUB))
    expect(await authenticate(test.store, { token, address }, undefined)).toMatchObject({ stageOnly: true })
  })

  it('gives a GitLab pipeline one', async () => {
    const host = new URL(issuer.url).host
    await trust({ kind: 'gitlab', claims: { project_path: 'acme/web', ci_config_ref_uri: { file: '.gitlab-ci.yml' } } })
    const right = { project_path: 'acme/web', ci_config_ref_uri: `${host}/acme/web//.gitlab-ci.yml@refs/heads/main` }
    await expect(exchange(issuer.token(right))).resolves.toBeDefined()
    const other = { ...right, ci_config_ref_uri: `${host}/acme/web//other.yml@refs/heads/main` }
    await expect(exchange(issuer.token(other))).rejects.toMatchObject({ code: 'IDENTITY_REFUSED' })
  })

  it.each([
    ['another repository', { ...GITHUB, repository: 'evil/web' }],
    ['a repository with a longer name', { ...GITHUB, repository: 'acme/web-evil' }],
    ['another workflow', { ...GITHUB, workflow_ref: 'acme/web/.github/workflows/test.yml@refs/heads/main' }],
    ['a workflow of a fork', { ...GITHUB, workflow_ref: 'evil/web/.github/workflows/release.yml@refs/heads/main' }],
    [
      'a workflow whose branch is called like it',
      { ...GITHUB, workflow_ref: 'acme/web/.github/workflows/x.yml@release.yml@' },
    ],
    ['another environment', { ...GITHUB, environment: 'test' }],
    ['no environment', { ...GITHUB, environment: undefined }],
    ['a claim of another type', { ...GITHUB, repository: ['acme/web'] }],
  ])('refuses %s', async (_title, claims) => {
    await trust()
    await expect(exchange(issuer.token(claims))).rejects.toMatchObject({ code: 'IDENTITY_REFUSED', status: 401 })
  })

  it('refuses an identity of a strange key, for another audience, for several, too old, or for another package', async () => {
    await trust()
    for (const change of [
      { key: 'stranger' as const },
      { audience: 'npm:registry.npmjs.org' },
      { audience: ['npm:registry.example', 'sigstore'] },
      { age: 3600 },
    ]) {
      await expect(exchange(issuer.token(GITHUB, change))).rejects.toMatchObject({ code: 'IDENTITY_REFUSED' })
    }
    await expect(exchange(issuer.token(GITHUB), '@acme/other')).rejects.toMatchObject({
      code: 'IDENTITY_REFUSED',
    })
    for (const text of ['', 'garbage', 'a.b.c']) {
      await expect(exchange(text)).rejects.toMatchObject({ code: 'IDENTITY_REFUSED' })
    }
  })

  it('refuses an unsigned identity and one signed with the public key as a secret', async () => {
    await trust()
    const [, payload = ''] = issuer.token(GITHUB).split('.')
    const header = Buffer.from('{"alg":"none"}').toString('base64url')
    await expect(exchange(`${header}.${payload}.`)).rejects.toMatchObject({ code: 'IDENTITY_REFUSED' })
    const head = `${encode({ alg: 'HS256', kid: 'one' })}.${payload}`
    const secret = 'the public key as PEM is no secret at all'
    const forged = `${head}.${createHmac('sha256', secret).update(head).digest('base64url')}`
    await expect(exchange(forged)).rejects.toMatchObject({ code: 'IDENTITY_REFUSED' })
  })

  it('believes an identity once, however many show it at once', async () => {
    await trust()
    const identity = issuer.token(GITHUB)
    const asked = await Promise.allSettled([1, 2, 3].map(() => exchange(identity)))
    expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(asked.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'IDENTITY_USED' } })
  })

  it('asks an issuer for its keys once, and never an issuer that nobody trusts here', async () => {
    const before = issuer.fetched()
    await expect(exchange(issuer.token(GITHUB))).rejects.toMatchObject({ code: 'IDENTITY_REFUSED' })
    expect(issuer.fetched()).toBe(before)
    await trust()
    await exchange(issuer.token(GITHUB))
    await exchange(issuer.token(GITHUB))
    expect(issuer.fetched()).toBe(before + 2)
  })

  it('ends with the trust: its tokens stop at once', async () => {
    const { id } = await trust()
    const { token } = await exchange(issuer.token(GITHUB))
    await removeTrust(test.store, '@acme/web', id)
    expect(await authenticate(test.store, { token, address }, undefined)).toBeUndefined()
    expect(await listTrusts(test.store, '@acme/web')).toEqual([])
    await expect(removeTrust(test.store, '@acme/web', id)).rejects.toMatchObject({ code: 'TRUST_NOT_FOUND' })
  })

  it('trusts no claims that anybody could have, and no issuer that the operator did not name', async () => {
    for (const request of [
      { claims: { repository: 'acme/web' } },
      { claims: { workflow_ref: { file: 'release.yml' } } },
      { claims: { repository: 'acme/web', workflow_ref: 'release.yml' } },
      { kind: 'oidc' as const, claims: { aud: 'npm:registry.example' } },
      { issuer: 'https://issuer.example' },
    ]) {
      await expect(trust(request)).rejects.toMatchObject({ code: 'TRUST_INVALID' })
    }
  })
})
