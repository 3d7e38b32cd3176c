import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PairHttp, startPairHttp } from '../../../fixtures/mcp/pair-http.ts'
import type { Era } from '../../../fixtures/mcp/pair-server.ts'
import { processUpstream, remoteUpstream, type RunningGateway, startGateway } from '../harness.ts'
import { openClient, type PairClient, saidBy } from './pairs.ts'

const STDIO = 'test/fixtures/mcp/pair-stdio.ts'
const NAME = { action: 'accept', content: { name: 're: Your name?' } }

interface Pair {
  readonly client: Era
  readonly upstream: Era
  readonly way: 'http' | 'stdio'
}

const PAIRS: readonly Pair[] = (['legacy', 'modern'] as const).flatMap((client) =>
  (['legacy', 'modern'] as const).flatMap((upstream) =>
    (['http', 'stdio'] as const).map((way) => ({ client, upstream, way })),
  ),
)

describe.each(PAIRS)('a $client client of a $upstream upstream over $way [G2]', ({ client: era, upstream, way }) => {
  let nexus: RunningGateway
  let remote: PairHttp | undefined
  let client: PairClient

  beforeAll(async () => {
    nexus = await startGateway()
    remote = way === 'http' ? await startPairHttp(upstream) : undefined
    nexus.add(remote === undefined ? processUpstream('pair', STDIO, [upstream]) : remoteUpstream('pair', remote.url))
    client = await openClient(era, nexus)
  })
  afterAll(async () => {
    await client.close()
    await nexus[Symbol.asyncDispose]()
    await remote?.[Symbol.asyncDispose]()
  })
  const call = (name: string, given: Record<string, unknown> = {}, options = {}) =>
    client.request('tools/call', { name, arguments: given }, options)

  it('answers a form', async () => {
    expect(saidBy(await call('form'))).toEqual({ name: NAME })
  })

  it('answers an elicitation, a sampling and a question for roots of one moment', async () => {
    expect(saidBy(await call('many'))).toMatchObject({
      name: NAME,
      capital: { model: 'm', content: { text: 'Paris' } },
      roots: { roots: [{ uri: 'file:///work' }] },
    })
  })

  it('answers round after round', async () => {
    expect(saidBy(await call('twice'))).toEqual({
      name: NAME,
      color: { action: 'accept', content: { name: 're: Your color?' } },
    })
  })

  it('visits a URL, and hears when it has been in its own era’s way', async () => {
    expect(saidBy(await call('visit'))).toEqual({ site: { action: 'accept' } })
    expect(client.asked.at(-1)).toMatchObject({ params: { mode: 'url', url: 'https://example.com/sign-in' } })
    if (era === 'legacy') {
      expect(client.asked.at(-1)).toMatchObject({ params: { elicitationId: expect.any(String) } })
    }
    if (era === 'legacy' && upstream === 'modern') {
      await expect
        .poll(() => client.told)
        .toContainEqual(expect.objectContaining({ method: 'notifications/elicitation/complete' }))
    }
  })

  it('answers what a prompt asks', async () => {
    const { messages } = await client.request('prompts/get', { name: 'asks', arguments: {} })
    expect(JSON.stringify(messages)).toContain('re: Topic?')
  })

  it('hears progress under its own token, log lines and notifications that nobody knows', async () => {
    if (era === 'legacy') await client.request('logging/setLevel', { level: 'debug' })
    const heard: unknown[] = []
    const meta = era === 'modern' ? { _meta: { 'io.modelcontextprotocol/logLevel': 'debug' } } : {}
    const params = { name: 'steps', arguments: {}, ...meta }
    const result = await client.request('tools/call', params, { onprogress: (said) => void heard.push(said) })
    expect(saidBy(result)).toBe('done')
    expect(heard).toEqual([
      expect.objectContaining({ progress: 1, total: 2 }),
      expect.objectContaining({ progress: 2, total: 2 }),
    ])
    expect(client.told).toContainEqual(expect.objectContaining({ method: 'notifications/vendor/weather' }))
    expect(client.told).toContainEqual(
      expect.objectContaining({
        method: 'notifications/message',
        params: expect.objectContaining({ data: 'a warning', 'x-log': 1 }),
      }),
    )
  })

  it('cancels at the upstream', async () => {
    const stop = new AbortController()
    const before = saidBy(await call('cancelled'))
    const hanging = call('hang', {}, { signal: stop.signal }).catch(() => 'stopped')
    await call('echo')
    stop.abort()
    expect(await hanging).toBe('stopped')
    await expect.poll(async () => saidBy(await call('cancelled')), { timeout: 10_000 }).toBe(Number(before) + 1)
  })

  it('completes, and calls a method of the upstream’s own on a tool; any other is not found', async () => {
    const asked = { ref: { type: 'ref/prompt', name: 'asks' }, argument: { name: 'topic', value: 'a' } }
    expect(await client.request('completion/complete', asked)).toMatchObject({
      completion: { values: ['a!'], 'x-completion': true },
    })
    expect(await client.request('vendor/inspect', { name: 'echo' })).toMatchObject({ inspected: 'echo' })
    // The modern revision answers with HTTP 404, which its SDK tells as an error of HTTP with the body as text.
    const refused = (error: unknown) => JSON.stringify([error, String(error)]).includes('-32601')
    for (const params of [{}, { name: 'nothing' }]) {
      await expect(client.request('vendor/inspect', params)).rejects.toSatisfy(refused)
    }
    await expect(client.request('tools/forget', { name: 'echo' })).rejects.toSatisfy(refused)
  })

  it('hears of a resource while it is subscribed, and the last one who leaves ends it at the upstream', async () => {
    const uri = 'pair://watched'
    const second = await openClient(era, nexus)
    const updated = expect.objectContaining({ method: 'notifications/resources/updated' })
    const leave = await client.subscribe(uri)
    const leaveToo = await second.subscribe(uri)
    await expect
      .poll(
        async () => {
          await call('touch')
          return [client.told, second.told]
        },
        { timeout: 10_000, interval: 200 },
      )
      .toEqual([expect.arrayContaining([updated]), expect.arrayContaining([updated])])
    await leaveToo()
    if (remote !== undefined) expect(remote.server.subscribers()).toBe(1)
    await leave()
    if (remote !== undefined) await expect.poll(() => remote?.server.subscribers(), { timeout: 10_000 }).toBe(0)
    await second.close()
  })

  if (way === 'http')
    it('goes on hearing of a resource after the upstream was started again', async () => {
      const leave = await client.subscribe('pair://watched')
      await expect.poll(() => remote?.server.subscribers(), { timeout: 10_000 }).toBe(1)
      remote?.restart()
      await call('echo').catch(() => undefined)
      await expect.poll(() => remote?.server.subscribers(), { timeout: 15_000 }).toBe(1)
      const before = client.told.length
      await expect
        .poll(
          async () => {
            await call('touch')
            return client.told.slice(before).some(({ method }) => method === 'notifications/resources/updated')
          },
          { timeout: 15_000, interval: 200 },
        )
        .toBe(true)
      await leave()
    })

  it('sees a tool that came while it was connected', async () => {
    await call('grow')
    await expect
      .poll(async () => JSON.stringify(await client.request('tools/list', {})), { timeout: 10_000 })
      .toContain('grown_')
  })

  if (upstream === 'legacy')
    it('answers a question that comes beside the call', async () => {
      expect(saidBy(await call('aside'))).toMatchObject({ content: { name: 're: Aside?' } })
    })

  it('answers each of many calls at once', async () => {
    const names = ['form', 'twice', 'echo', 'many', 'form', 'echo', 'form', 'twice']
    const results = await Promise.all(names.map((name) => call(name)))
    for (const [index, result] of results.entries()) {
      if (names[index] !== 'echo') expect(saidBy(result), names[index]).toMatchObject({ name: NAME })
    }
  })

  if (upstream === 'legacy')
    it('is not asked what the upstream takes back at once', async () => {
      const before = client.asked.length
      expect(saidBy(await call('withdraw'))).toBe('withdraw')
      if (era === 'modern') expect(client.asked.length).toBe(before)
    })

  if (upstream === 'legacy')
    it('is sent to a URL first, in its own era’s way', async () => {
      const asked = call('visit_first')
      if (era === 'modern') {
        expect(saidBy(await asked)).toBe('visit_first')
        expect(client.asked.at(-1)).toMatchObject({ params: { mode: 'url' } })
      } else await expect(asked).rejects.toMatchObject({ code: -32042 })
    })

  it('is never asked what it did not declare', async () => {
    const silent = await openClient(era, nexus, {})
    const outcome = await silent
      .request('tools/call', { name: 'form', arguments: {} })
      .then(saidBy, (error: unknown) => error)
    if (upstream === 'legacy') expect(outcome).toMatchObject({ name: { code: -32601 } })
    else expect(outcome).toMatchObject({ code: era === 'modern' ? -32_021 : -32_013 })
    expect(silent.asked).toEqual([])
    await silent.close()
  })
})
