import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { registryRoutes } from '@nexus/registry/contract'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { checkTarget } from '../../../registry/src/webhooks/check-target.ts'
import { newDelivery } from '../../../registry/src/webhooks/enqueue-event.ts'
import { openDispatcher } from '../../../registry/src/webhooks/open-dispatcher.ts'
import { isPublicAddress } from '../../../registry/src/webhooks/public-address.ts'
import { signDelivery } from '../../../registry/src/webhooks/sign-delivery.ts'
import { openStore } from '../../../registry/src/store/open-store.ts'
import { deliveries, webhooks } from '../../../registry/src/store/rows/webhook-rows.ts'
import { SILENT_LOGGER } from '../../../registry/src/logger.ts'
import { signedPlugin } from '../fixtures.ts'
import { ADMIN_TOKEN, openTestRegistry } from '../http/open-test-registry.ts'
import { openTestHost } from '../reviews/test-host.ts'

interface Received {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

/** A receiver on loopback whose answers the test chooses. */
async function openReceiver() {
  const received: Received[] = []
  let status = 200
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() })
      response.writeHead(status, { location: 'http://127.0.0.1:1/elsewhere' }).end('thanks')
    })
  })
  await new Promise<void>((open) => server.listen(0, '127.0.0.1', open))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}/hook`,
    target: `127.0.0.1:${port}`,
    received,
    answer: (next: number) => (status = next),
    close: () => server.close(),
  }
}

async function until<Value>(look: () => Promise<Value | undefined> | Value | undefined): Promise<Value> {
  for (let turn = 0; turn < 400; turn += 1) {
    const found = await look()
    if (found !== undefined) return found
    await sleep(25)
  }
  throw new Error('Expected it to happen within ten seconds.')
}

describe('signed deliveries [U7]', () => {
  it('signs as the example of the Standard Webhooks specification does', () => {
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
    const headers = signDelivery(
      secret,
      { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', body: '{"test": 2432232314}' },
      new Date(1_614_265_330_000),
    )
    expect(headers).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    })
  })

  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '169.254.169.254',
    '192.168.1.1',
    '100.64.0.1',
    '::1',
    'fd00::1',
    'fe80::1',
    '::ffff:8.8.8.8',
    '2002:7f00:1::',
    '64:ff9b::8.8.8.8',
    '0.0.0.0',
    '224.0.0.1',
  ])('does not take %s for a public address', (address) => expect(isPublicAddress(address)).toBe(false))

  it.each(['8.8.8.8', '1.1.1.1', '2606:4700::1111'])('takes %s for one', (address) =>
    expect(isPublicAddress(address)).toBe(true),
  )

  it.each([
    'http://hooks.example/x',
    'https://127.0.0.1/x',
    'https://[::1]/x',
    'https://user:word@hooks.example/x',
    'https://2130706433/x',
  ])('refuses to point at %s', (url) => expect(() => checkTarget(url, [])).toThrow())

  it('lets the operator name hosts inside', () => {
    expect(checkTarget('http://hooks.internal:8080/x', ['hooks.internal:8080']).inside).toBe(true)
    expect(checkTarget('https://hooks.example/x', ['hooks.internal']).inside).toBe(false)
  })
})

describe('webhooks of a publisher [U7]', () => {
  let receiver: Awaited<ReturnType<typeof openReceiver>>
  let registry: Awaited<ReturnType<typeof openTestRegistry>>
  let owner: string
  beforeAll(async () => {
    receiver = await openReceiver()
    registry = await openTestRegistry(undefined, { privateTargets: [receiver.target] })
    const created = await registry.send('POST', '/api/v1/publishers/acme/tokens', {
      token: ADMIN_TOKEN,
      json: { name: 'owner', scopes: ['manage'] },
    })
    owner = String(Object(created.body).token)
  })
  afterAll(async () => {
    await registry[Symbol.asyncDispose]()
    receiver.close()
  })
  beforeEach(() => {
    receiver.received.length = 0
    receiver.answer(200)
  })

  const create = async (events: readonly string[], url = receiver.url) => {
    const answer = await registry.send('POST', '/api/v1/publishers/acme/webhooks', {
      token: owner,
      json: { url, events },
    })
    expect(answer.status).toBe(201)
    return registryRoutes.createWebhook.response.parse(answer.body)
  }
  const path = (id: string, more = '') => `/api/v1/publishers/acme/webhooks/${id}${more}`
  const history = async (id: string) =>
    registryRoutes.webhookDeliveries.response.parse(
      (await registry.send('GET', path(id, '/deliveries'), { token: owner })).body,
    ).items

  it('tells of a release that was published, signed with the secret that was shown once', async () => {
    const hook = await create(['release.published'])
    expect(hook.secret).toMatch(/^whsec_[A-Za-z0-9+/=]{40,}$/)
    const listed = await registry.send('GET', '/api/v1/publishers/acme/webhooks', { token: owner })
    expect(JSON.stringify(listed.body)).not.toContain(hook.secret)
    await registry.publish(await signedPlugin(registry.key, { manifest: { id: 'acme/hooked' } }))
    const { headers, body } = await until(() => receiver.received[0])
    expect(JSON.parse(body)).toMatchObject({ type: 'release.published', data: { id: 'acme/hooked', version: '1.0.0' } })
    const signature = createHmac('sha256', Buffer.from(hook.secret.slice('whsec_'.length), 'base64'))
      .update(`${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`)
      .digest('base64')
    expect(headers['webhook-signature']).toBe(`v1,${signature}`)
    expect(await until(async () => (await history(hook.id)).find(({ state }) => state === 'delivered'))).toMatchObject({
      event: 'release.published',
      attempts: 1,
      lastAnswer: '200',
    })
    await registry.send('DELETE', path(hook.id), { token: owner })
  })

  it('tells of reviews and reports, and only of events that were asked for', async () => {
    const hook = await create(['review.created'])
    const host = await openTestHost(registry)
    const release = await signedPlugin(registry.key, { manifest: { id: 'acme/talked' } })
    await registry.publish(release)
    await host.review('ada', release, { rating: 4, text: 'Fine.' })
    await host.review('ada', release, { rating: 5, text: 'Finer.' })
    await until(async () => ((await history(hook.id))[0]?.state === 'delivered' ? true : undefined))
    const events = (await history(hook.id)).map(({ event }) => event)
    expect(events).toEqual(['review.created'])
    await registry.send('DELETE', path(hook.id), { token: owner })
  })

  it('sends a test, and a delivery again under the same id', async () => {
    const hook = await create(['release.published'])
    const sent = registryRoutes.testWebhook.response.parse(
      (await registry.send('POST', path(hook.id, '/test'), { token: owner })).body,
    )
    await until(() => receiver.received[0])
    await until(async () => ((await history(hook.id))[0]?.state === 'delivered' ? true : undefined))
    const again = await registry.send('POST', path(hook.id, `/deliveries/${sent.id}/replay`), { token: owner })
    expect(again.status).toBe(200)
    await until(() => receiver.received[1])
    expect(receiver.received.map(({ headers }) => headers['webhook-id'])).toEqual([sent.id, sent.id])
    await registry.send('DELETE', path(hook.id), { token: owner })
  })

  it('is disabled by a receiver that says it is gone, and taken back into use by its owner', async () => {
    const hook = await create(['release.published'])
    receiver.answer(410)
    await registry.send('POST', path(hook.id, '/test'), { token: owner })
    const find = async () => {
      const { items } = registryRoutes.webhooks.response.parse(
        (await registry.send('GET', '/api/v1/publishers/acme/webhooks', { token: owner })).body,
      )
      return items.find(({ id }) => id === hook.id)
    }
    expect(await until(async () => (await find())?.disabled)).toMatchObject({ reason: expect.stringContaining('410') })
    expect((await registry.send('POST', path(hook.id, '/test'), { token: owner })).body).toMatchObject({
      code: 'WEBHOOK_DISABLED',
    })
    await registry.send('PUT', path(hook.id), { token: owner, json: { enabled: true } })
    expect((await find())?.disabled).toBeUndefined()
    await registry.send('DELETE', path(hook.id), { token: owner })
  })

  it('belongs to its publisher: others neither see nor change it, and addresses inside are refused', async () => {
    const hook = await create(['release.published'])
    const { generateKeyPair } = await import('@nexus/registry/signing')
    const rival = await registry.createPublisher('hookrival', generateKeyPair().publicKey, ['manage'])
    expect((await registry.send('GET', path(hook.id, '/deliveries'), { token: rival })).body).toMatchObject({
      code: 'FORBIDDEN',
    })
    const foreign = `/api/v1/publishers/hookrival/webhooks/${hook.id}`
    expect((await registry.send('DELETE', foreign, { token: rival })).body).toMatchObject({ code: 'WEBHOOK_NOT_FOUND' })
    const json = { url: 'https://169.254.169.254/latest/meta-data', events: ['release.published'] }
    const inside = await registry.send('POST', '/api/v1/publishers/acme/webhooks', { token: owner, json })
    expect(inside.body).toMatchObject({ code: 'WEBHOOK_TARGET', status: 422 })
    await registry.send('DELETE', path(hook.id), { token: owner })
  })
})

describe('the queue of deliveries [U7]', () => {
  it('tries again with growing waits, gives up at the end, and disables what never answers', async () => {
    const receiver = await openReceiver()
    receiver.answer(302)
    const { seal } = await import('../../../registry/src/accounts/seal.ts')
    const { mkdtemp, rm } = await import('node:fs/promises')
    const { tmpdir } = await import('node:os')
    const { join } = await import('node:path')
    const dataDir = await mkdtemp(join(tmpdir(), 'nexus-hooks-'))
    await using store = await openStore({ dataDir, databaseUrl: 'sqlite::memory:' })
    const { publishers } = await import('../../../registry/src/store/rows/publisher-rows.ts')
    await store.database
      .getRepository(publishers)
      .insert({ id: 'acme', displayName: 'Acme', createdAt: new Date().toISOString() })
    const id = 'c0ffee00-0000-4000-8000-000000000000'
    await store.database.getRepository(webhooks).insert({
      id,
      publisherId: 'acme',
      url: receiver.url,
      events: ['webhook.test'],
      secret: seal(store.accounts.sealKey, 'whsec_c2VjcmV0', id),
      createdAt: new Date().toISOString(),
      failingSince: new Date(Date.now() - 6 * 24 * 3_600_000).toISOString(),
      disabledAt: null,
      disabledReason: null,
    })
    const rows = store.database.getRepository(deliveries)
    const delivery = newDelivery(id, { type: 'webhook.test', data: {} })
    await rows.insert(delivery)
    await using stack = new AsyncDisposableStack()
    const options = { logger: SILENT_LOGGER, privateTargets: [receiver.target], retryMs: [30, 30], lookMs: 10 }
    stack.use(await openDispatcher(store, options))
    const webhook = await until(
      async () => (await store.database.getRepository(webhooks).findOneByOrFail({ id })).disabledAt ?? undefined,
    )
    expect(webhook).toBeTruthy()
    await store.database.getRepository(webhooks).update({ id }, { disabledAt: null, failingSince: null })
    const failed = await until(async () => {
      const row = await rows.findOneByOrFail({ id: delivery.id })
      return row.state === 'failed' ? row : undefined
    })
    expect(failed).toMatchObject({ attempts: 3, lastAnswer: '302', nextAttemptAt: null })
    receiver.close()
    await rm(dataDir, { recursive: true, force: true })
  })
})
