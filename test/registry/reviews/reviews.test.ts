import { generateKeyPairSync } from 'node:crypto'
import { registryRoutes } from '@nexus/registry/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestPostgres, postgresAvailable, skippedWithoutPostgres, startPostgres } from '../../helpers/postgres.ts'
import { signedPlugin } from '../fixtures.ts'
import { ADMIN_TOKEN, openTestRegistry } from '../http/open-test-registry.ts'
import { openTestHost } from './test-host.ts'

type TestRegistry = Awaited<ReturnType<typeof openTestRegistry>>

const RELEASE = 'acme/rated'

function behavesAsAPlaceForReviews(databaseUrl: () => Promise<string | undefined>): void {
  let registry: TestRegistry
  let host: Awaited<ReturnType<typeof openTestHost>>
  let owner: string
  beforeAll(async () => {
    registry = await openTestRegistry(await databaseUrl())
    host = await openTestHost(registry)
    const created = await registry.send('POST', '/api/v1/publishers/acme/tokens', {
      token: ADMIN_TOKEN,
      json: { name: 'owner', scopes: ['manage'] },
    })
    owner = String(Object(created.body).token)
  })
  afterAll(() => registry[Symbol.asyncDispose]())

  const publish = async (id: string, version = '1.0.0') => {
    const release = await signedPlugin(registry.key, { manifest: { id, version } })
    expect((await registry.publish(release)).status).toBe(201)
    return release
  }
  const list = async (id: string, query = '') =>
    registryRoutes.reviews.response.parse((await registry.send('GET', `/api/v1/plugins/${id}/reviews${query}`)).body)
  const decide = (id: string, action: string, reason = 'Because.') =>
    registry.send('POST', `/api/v1/moderation/reviews/${id}`, { token: ADMIN_TOKEN, json: { action, reason } })
  const cases = async () =>
    registryRoutes.moderationCases.response.parse(
      (await registry.send('GET', '/api/v1/moderation/cases', { token: ADMIN_TOKEN })).body,
    ).items

  it('shows what people with an installation say, with average and histogram, and never who they are', async () => {
    const release = await publish(RELEASE)
    expect(
      (await host.review('ada', release, { rating: 5, title: 'Good', text: 'Works\nwell.', author: 'Ada' })).status,
    ).toBe(200)
    await host.review('bob', release, { rating: 2 })
    const shown = await list(RELEASE)
    expect(shown.rating).toEqual({ average: 3.5, count: 2, histogram: [0, 1, 0, 0, 1] })
    expect(shown.items.find(({ rating }) => rating === 5)).toMatchObject({
      title: 'Good',
      text: 'Works\nwell.',
      author: 'Ada',
    })
    const raw = JSON.stringify((await registry.send('GET', `/api/v1/plugins/${RELEASE}/reviews`)).body)
    expect(raw).not.toContain(host.person('ada', RELEASE))
    expect(raw).not.toContain(host.keyId)
  })

  it('keeps one review for each person: the next one takes its place', async () => {
    const release = await publish('acme/edited')
    await host.review('ada', release, { rating: 1, text: 'Bad.' })
    await host.review('ada', release, { rating: 4, text: 'Better now.' })
    const shown = await list('acme/edited')
    expect(shown.items).toHaveLength(1)
    expect(shown.items[0]).toMatchObject({ rating: 4, text: 'Better now.', editedAt: expect.any(String) })
  })

  it('takes one of two first reviews of one person that come at once', async () => {
    const release = await publish('acme/twice')
    await Promise.all([1, 2, 3, 4].map((rating) => host.review('ada', release, { rating })))
    expect((await list('acme/twice')).rating.count).toBe(1)
  })

  it('refuses a host that it does not know, another key, another registry, an old clock and a replay', async () => {
    const release = await publish('acme/strict')
    const stranger = await openTestHost(registry, { register: false })
    expect((await stranger.review('eve', release, { rating: 1 })).body).toMatchObject({ code: 'HOST_UNKNOWN' })
    const person = host.person('eve', 'acme/strict')
    const words = {
      kind: 'review.put',
      plugin: 'acme/strict',
      person,
      rating: 1,
      installation: { version: '1.0.0', bundleDigest: release.digests.bundle },
    }
    const send = (statement: string) =>
      registry.send('POST', '/api/v1/plugins/acme/strict/reviews', { json: { statement } })
    const forged = host.statement(words, generateKeyPairSync('ed25519').privateKey)
    expect((await send(forged)).body).toMatchObject({ code: 'STATEMENT_SIGNATURE', status: 401 })
    expect((await send(host.statement({ ...words, registry: 'f'.repeat(64) }))).body).toMatchObject({
      code: 'STATEMENT_REGISTRY',
    })
    const old = new Date(Date.now() - 3_600_000).toISOString()
    expect((await send(host.statement({ ...words, signedAt: old }))).body).toMatchObject({ code: 'STATEMENT_TIME' })
    const good = host.statement(words)
    expect((await send(good)).status).toBe(200)
    expect((await send(good)).body).toMatchObject({ code: 'STATEMENT_OUTDATED', status: 409 })
    expect((await send('a.b.c')).body).toMatchObject({ code: 'STATEMENT_INVALID' })
  })

  it('refuses to rate what is not installed: no such release, or other bytes', async () => {
    const release = await publish('acme/installed')
    const other = { manifest: release.manifest, digests: { bundle: `sha512:${'0'.repeat(128)}` } }
    expect((await host.review('ada', other, { rating: 5 })).body).toMatchObject({
      code: 'STATEMENT_INSTALLATION',
      status: 403,
    })
    const missing = { manifest: { id: 'acme/installed', version: '9.9.9' }, digests: release.digests }
    expect((await host.review('ada', missing, { rating: 5 })).body).toMatchObject({ code: 'STATEMENT_INSTALLATION' })
    expect((await list('acme/installed')).rating.count).toBe(0)
  })

  it.each([
    ['a tag', 'Nice <b>plugin</b>'],
    ['a script', '<script>alert(1)</script>'],
    ['a direction mark', 'safe\u202Egnp.exe'],
    ['a zero width space', 'in\u200Bvisible'],
    ['a control character', 'bell\u0007'],
    ['a tag character', 'x\u{E0041}'],
  ])('refuses text with %s', async (_, text) => {
    const release = await signedPlugin(registry.key, { manifest: { id: 'acme/plain' } })
    await registry.publish(release)
    const refused = await host.review('ada', release, { rating: 3, text })
    expect(refused.body).toMatchObject({ code: 'STATEMENT_INVALID', status: 422 })
  })

  it('accepts arithmetic and other scripts as plain text', async () => {
    const release = await publish('acme/scripts')
    expect((await host.review('ada', release, { rating: 3, text: '1 < 2, 日本語, عربي, 5>4' })).status).toBe(200)
  })

  it('counts one helpful vote for each person, and none for an own review', async () => {
    const release = await publish('acme/votes')
    await host.review('ada', release, { rating: 5 })
    const [shown] = (await list('acme/votes')).items
    const vote = (name: string, helpful: boolean) =>
      host.say('acme/votes', {
        kind: 'review.vote',
        person: host.person(name, 'acme/votes'),
        review: shown?.id,
        helpful,
      })
    expect((await vote('ada', true)).body).toMatchObject({ code: 'REVIEW_OWN' })
    await vote('bob', true)
    await vote('bob', true)
    expect((await vote('cleo', true)).body).toMatchObject({ votes: [shown?.id] })
    expect((await list('acme/votes')).items[0]?.helpful).toBe(2)
    await vote('bob', false)
    expect((await list('acme/votes')).items[0]?.helpful).toBe(1)
  })

  it('lets owners of the plugin answer, and nobody else', async () => {
    const release = await publish('acme/answered')
    await host.review('ada', release, { rating: 2 })
    const [shown] = (await list('acme/answered')).items
    const path = `/api/v1/plugins/acme/answered/reviews/${shown?.id}/reply`
    const json = { text: 'Fixed in 1.0.1.' }
    expect((await registry.send('PUT', path, { json })).status).toBe(401)
    const rival = await registry.createPublisher(
      'rival',
      (await import('@nexus/registry/signing')).generateKeyPair().publicKey,
      ['manage'],
    )
    expect((await registry.send('PUT', path, { json, token: rival })).body).toMatchObject({ code: 'FORBIDDEN' })
    expect((await registry.send('PUT', path, { json, token: owner })).status).toBe(200)
    expect((await list('acme/answered')).items[0]?.reply?.text).toBe('Fixed in 1.0.1.')
    expect((await registry.send('DELETE', path, { token: owner })).status).toBe(204)
    expect((await list('acme/answered')).items[0]?.reply).toBeUndefined()
  })

  it('hides a reported review with a reason, hears its author once, and shows it again', async () => {
    const release = await publish('acme/moderated')
    await host.review('ada', release, { rating: 1, text: 'Rude words.' })
    const [shown] = (await list('acme/moderated')).items
    const id = shown?.id ?? ''
    const report = () =>
      host.say('acme/moderated', {
        kind: 'report.open',
        person: host.person('bob', 'acme/moderated'),
        review: id,
        reason: 'abuse',
      })
    expect((await report()).status).toBe(200)
    expect((await report()).body).toMatchObject({ code: 'REPORT_EXISTS' })
    expect((await cases()).find((one) => one.review?.id === id)?.reports).toMatchObject([{ reason: 'abuse' }])
    expect((await decide(id, 'hide', 'Abusive.')).status).toBe(200)
    expect((await decide(id, 'hide')).body).toMatchObject({ code: 'REVIEW_HIDDEN' })
    expect((await list('acme/moderated')).items).toEqual([])
    const person = host.person('ada', 'acme/moderated')
    const mine = await host.say('acme/moderated', { kind: 'review.mine', person })
    expect(mine.body).toMatchObject({ review: { hidden: { reason: 'Abusive.' } } })
    await host.review('ada', release, { rating: 1, text: 'Other words.' })
    expect((await list('acme/moderated')).items).toEqual([])
    const appeal = () => host.say('acme/moderated', { kind: 'review.appeal', person, text: 'I said it nicer.' })
    expect((await appeal()).status).toBe(200)
    expect((await appeal()).body).toMatchObject({ code: 'APPEAL_EXISTS' })
    expect((await cases()).find((one) => one.review?.id === id)?.history).toMatchObject([
      { action: 'hide', reason: 'Abusive.', by: 'admin' },
    ])
    await decide(id, 'restore', 'Fair enough.')
    expect((await list('acme/moderated')).items).toMatchObject([{ text: 'Other words.' }])
    expect((await cases()).some((one) => one.review?.id === id)).toBe(false)
  })

  it('takes reports about a plugin itself and remembers what became of them', async () => {
    await publish('acme/reported')
    await host.say('acme/reported', {
      kind: 'report.open',
      person: host.person('ada', 'acme/reported'),
      reason: 'malware',
      text: 'It mines coins.',
    })
    const isThis = (one: { target: string; plugin: string }) =>
      one.target === 'plugin' && one.plugin === 'acme/reported'
    expect((await cases()).find(isThis)?.reports).toMatchObject([{ reason: 'malware', text: 'It mines coins.' }])
    const settle = () =>
      registry.send('POST', '/api/v1/moderation/plugins/acme/reported', {
        token: ADMIN_TOKEN,
        json: { reason: 'Revoked.' },
      })
    expect((await settle()).status).toBe(204)
    expect((await cases()).some(isThis)).toBe(false)
    expect((await settle()).body).toMatchObject({ code: 'REPORT_NOT_FOUND' })
  })

  it('forgets the words of a review that its author takes back, and an old statement does not bring it back', async () => {
    const release = await publish('acme/removed')
    const person = host.person('ada', 'acme/removed')
    const late = host.statement({
      kind: 'review.put',
      plugin: 'acme/removed',
      person,
      rating: 1,
      text: 'Regretted.',
      installation: { version: '1.0.0', bundleDigest: release.digests.bundle },
    })
    await host.review('ada', release, { rating: 1, text: 'Regretted too.' })
    expect((await host.say('acme/removed', { kind: 'review.remove', person })).body).toEqual({ votes: [] })
    expect(
      (await registry.send('POST', '/api/v1/plugins/acme/removed/reviews', { json: { statement: late } })).status,
    ).toBe(409)
    expect((await list('acme/removed')).rating.count).toBe(0)
  })

  it('shows nothing of a host that is blocked, and everything again once it is believed', async () => {
    const release = await publish('acme/blocked')
    const farm = await openTestHost(registry)
    for (const name of ['a', 'b', 'c']) await farm.review(name, release, { rating: 5 })
    const path = `/api/v1/moderation/hosts/${farm.keyId}/block`
    expect((await registry.send('PUT', path, { json: { reason: 'Review farm.' } })).status).toBe(401)
    await registry.send('PUT', path, { token: ADMIN_TOKEN, json: { reason: 'Review farm.' } })
    expect((await list('acme/blocked')).rating.count).toBe(0)
    expect((await farm.review('d', release, { rating: 5 })).body).toMatchObject({ code: 'HOST_BLOCKED' })
    await registry.send('DELETE', path, { token: ADMIN_TOKEN })
    expect((await list('acme/blocked')).rating.count).toBe(3)
  })

  it('lets a person and a host say only so much in a minute', async () => {
    const release = await publish('acme/limited')
    const busy = await openTestHost(registry)
    const answers = await Promise.all(Array.from({ length: 30 }, () => busy.review('ada', release, { rating: 3 })))
    expect(answers.some(({ status }) => status === 429)).toBe(true)
    expect((await busy.review('bob', release, { rating: 3 })).status).toBe(200)
  })

  it('pages through reviews in the order asked for', async () => {
    const release = await publish('acme/paged')
    for (const [index, name] of ['a', 'b', 'c'].entries()) await host.review(name, release, { rating: index + 1 })
    const first = await list('acme/paged', '?sort=highest&limit=2')
    expect(first.items.map(({ rating }) => rating)).toEqual([3, 2])
    const next = await list('acme/paged', `?sort=highest&limit=2&cursor=${first.nextCursor}`)
    expect(next.items.map(({ rating }) => rating)).toEqual([1])
    expect(next.nextCursor).toBeUndefined()
  })
}

describe('reviews [R8]', () => {
  behavesAsAPlaceForReviews(() => Promise.resolve(undefined))
})

describe.skipIf(!postgresAvailable())(`reviews on PostgreSQL [R8][O8] (${skippedWithoutPostgres} when absent)`, () => {
  let server: TestPostgres
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server[Symbol.asyncDispose]())
  behavesAsAPlaceForReviews(() => server.createDatabase())
})
