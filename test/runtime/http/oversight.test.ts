import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { BrokerUsage } from '../../../runtime/src/broker/index.ts'
import { type HttpHost, openHttpHost } from './http-host.ts'

const HOST = 'https://acme.example:443'
const NO_BROKER_USE: BrokerUsage = {
  calls: 0,
  denied: 0,
  limited: 0,
  egressBytes: 0,
  logBytes: 0,
  byCapability: {},
  used: [],
}

let host: HttpHost
let id: string
let brokerUsage: BrokerUsage
/** What the plugin cannot do without: a verb of the host. */
let needs: string | undefined

beforeEach(async () => {
  brokerUsage = NO_BROKER_USE
  needs = undefined
  host = await openHttpHost({
    brokerUsage: () => brokerUsage,
    onStart(row) {
      const methods = row.grants.network.flatMap((grant) => grant.methods)
      if (needs !== undefined && !methods.includes(needs)) throw new Error(`cannot start without ${needs}`)
    },
  })
  id = await host.install()
})
afterEach(() => host[Symbol.asyncDispose]())

const path = (rest: string) => `/api/v1/installations/${id}/${rest}`
const actions = async () => {
  await host.flush()
  const { body } = await host.ask('GET', '/api/v1/audit')
  return body.items.map((record: { action: string }) => record.action)
}

/** A call as a sandbox reports it. */
async function called(cpuMicroseconds: number, failed = false): Promise<void> {
  const row = await host.store.installations.get(id)
  if (row === undefined) throw new Error('no row')
  const observer = host.metering.observer(row, host.limits)
  const use = { cpuMicroseconds, wallMs: 3, heapBytes: 2_000_000, capabilityCalls: 2, bytesIn: 10, bytesOut: 20 }
  observer.callEnded?.(use, failed)
}

async function breached(limit: 'cpuMsPerCall' | 'concurrentCalls', times: number): Promise<void> {
  const row = await host.store.installations.get(id)
  if (row === undefined) throw new Error('no row')
  const observer = host.metering.observer(row, host.limits)
  for (let count = 0; count < times; count += 1)
    observer.breached?.({ code: 'SANDBOX_CPU', limit, value: 100, requestId: `request-${count}` })
}

const state = async () => (await host.ask('GET', `/api/v1/installations/${id}`)).body.state

async function until(check: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    if (await check()) return
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  throw new Error('It did not happen.')
}

describe('use of an installation [H9]', () => {
  it('is shown over time, with the last minute and without gaps', async () => {
    await called(1500)
    await called(500, true)
    await breached('concurrentCalls', 3)
    const { status, body } = await host.ask('GET', path('usage?range=hour'))
    expect(status).toBe(200)
    expect(body.points).toHaveLength(60)
    expect(body.totals).toMatchObject({
      calls: 2,
      errors: 1,
      cpuMs: 2,
      wallMs: 6,
      capabilityCalls: 4,
      bytesIn: 20,
      bytesOut: 40,
      peakHeapBytes: 2_000_000,
      breaches: 3,
    })
    expect(body.breachesByLimit).toMatchObject([
      { code: 'SANDBOX_CPU', limit: 'concurrentCalls', value: 100, count: 3 },
    ])
    expect((await host.ask('GET', `/api/v1/installations/${id}`)).body.usage).toMatchObject({ calls: 2, errors: 1 })
    expect(Date.parse(body.measuredSince)).toBeLessThanOrEqual(Date.now())
    for (const [range, points] of [
      ['day', 24],
      ['month', 30],
      ['year', 365],
    ]) {
      const { body: longer } = await host.ask('GET', path(`usage?range=${range}`))
      expect([longer.points.length, longer.totals.calls]).toEqual([points, 2])
    }
  })

  it('is summed up for every plugin of the workspace', async () => {
    await called(1000)
    const { body } = await host.ask('GET', '/api/v1/usage')
    expect(body.items).toMatchObject([
      {
        installationId: id,
        displayName: 'Hello',
        label: 'hello',
        state: 'active',
        lastHour: { calls: 1 },
        budgets: [],
      },
    ])
  })

  it('is nobody else’s business', async () => {
    for (const rest of ['usage', 'limits', 'budgets', 'grants']) {
      const answer = await host.ask('GET', `/api/v1/installations/00000000-0000-4000-8000-000000000000/${rest}`)
      expect([answer.status, answer.body.code]).toEqual([404, 'INSTALLATION_UNKNOWN'])
    }
    expect((await host.ask('GET', path('usage'), { as: null })).status).toBe(401)
    const member = await host.person('member')
    expect((await host.ask('PATCH', path('limits'), { as: member, body: { limits: {} } })).status).toBe(403)
  })

  it('goes with the installation', async () => {
    await called(1000)
    await host.metering.flush()
    await host.ask('DELETE', `/api/v1/installations/${id}`)
    const since = new Date(Date.now() - 86_400_000)
    expect(await host.store.usage.find(id, 'day', since, new Date())).toEqual([])
    expect(await host.store.installationBounds.get(id)).toBeUndefined()
  })
})

describe('metrics [H9]', () => {
  it('are OpenMetrics text for a token that may read them', async () => {
    await called(1500)
    const made = await host.ask('POST', '/api/v1/tokens', {
      body: { name: 'scraper', scopes: ['metrics:read'], expiresInDays: null },
    })
    const answer = await host.ask('GET', '/metrics', { as: { token: made.body.token } })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8')
    const labels = 'workspace="main",plugin="acme/hello",installation="hello"'
    expect(answer.text).toContain(`nexus_plugin_calls_total{${labels}} 1\n`)
    expect(answer.text).toContain(`nexus_plugin_cpu_seconds_total{${labels}} 0.0015\n`)
    expect(answer.text).toContain(`nexus_plugin_call_duration_seconds_bucket{${labels},le="0.005"} 1\n`)
    expect(answer.text).toContain(`nexus_plugin_call_duration_seconds_count{${labels}} 1\n`)
    expect(answer.text.endsWith('# EOF\n')).toBe(true)
  })

  it('are refused to a token without the scope, and to nobody', async () => {
    const made = await host.ask('POST', '/api/v1/tokens', {
      body: { name: 'other', scopes: ['tools:call'], expiresInDays: null },
    })
    expect((await host.ask('GET', '/metrics', { as: { token: made.body.token } })).status).toBe(403)
    expect((await host.ask('GET', '/metrics', { as: null })).status).toBe(401)
  })
})

describe('limits of an installation [H9]', () => {
  const limit = (body: { limits: { name: string }[] }, name: string) => body.limits.find((one) => one.name === name)

  it('name who decided on each', async () => {
    const { body } = await host.ask('GET', path('limits'))
    expect(body.pending).toBe(false)
    expect(limit(body, 'memoryMb')).toMatchObject({ profile: 64, effective: 64, source: 'profile' })
  })

  it('are narrowed, kept, and given back', async () => {
    const narrowed = await host.ask('PATCH', path('limits'), { body: { limits: { memoryMb: 16, startMs: 500 } } })
    expect(narrowed.body.pending).toBe(true)
    expect(limit(narrowed.body, 'memoryMb')).toMatchObject({ admin: 16, effective: 16, source: 'admin' })
    const stored = await host.store.installationBounds.get(id)
    expect(stored?.limits).toEqual({ memoryMb: 16, startMs: 500 })
    const back = await host.ask('PATCH', path('limits'), { body: { limits: { memoryMb: null } } })
    expect(limit(back.body, 'memoryMb')).toMatchObject({ effective: 64, source: 'profile' })
    expect(limit(back.body, 'startMs')).toMatchObject({ effective: 500, source: 'admin' })
    expect(await actions()).toContain('plugin.limits-changed')
  })

  it('are never widened, and nothing that is no limit is taken', async () => {
    const { status, body } = await host.ask('PATCH', path('limits'), {
      body: { limits: { memoryMb: 65, cpuMsPerCall: 1, wheels: 4 } },
    })
    expect([status, body.code]).toEqual([422, 'LIMIT_INVALID'])
    expect(body.errors.map((error: { path: string }) => error.path)).toEqual([
      'limits.memoryMb',
      'limits.cpuMsPerCall',
      'limits.wheels',
    ])
    expect((await host.store.installationBounds.get(id))?.limits).toEqual({})
  })

  it('change nothing when the plugin does not come up within them', async () => {
    needs = 'DELETE'
    const { status, body } = await host.ask('PATCH', path('limits'), {
      body: { limits: { memoryMb: 16 }, restart: true },
    })
    expect([status, body.code]).toEqual([409, 'LIMIT_TOO_NARROW'])
    expect((await host.store.installationBounds.get(id))?.limits).toEqual({})
    expect(await state()).toBe('active')
  })
})

describe('budgets of an installation [H9]', () => {
  it('are set, spent and shown with their reset', async () => {
    const budgets = [
      { meter: 'calls', period: 'day', soft: 1, hard: 100 },
      { meter: 'cpuSeconds', period: 'month', hard: 10 },
    ]
    expect((await host.ask('PUT', path('budgets'), { body: { budgets } })).status).toBe(200)
    await called(2_500_000)
    const { body } = await host.ask('GET', path('budgets'))
    expect(body.items).toMatchObject([
      { meter: 'calls', used: 1, state: 'warned' },
      { meter: 'cpuSeconds', used: 2.5, state: 'ok' },
    ])
    expect(Date.parse(body.items[0].resetsAt)).toBeGreaterThan(Date.now())
    expect(await actions()).toContain('plugin.budgets-changed')
  })

  it('are refused when they contradict themselves', async () => {
    for (const budgets of [
      [{ meter: 'calls', period: 'day' }],
      [{ meter: 'calls', period: 'day', soft: 5, hard: 2 }],
      [
        { meter: 'calls', period: 'day', hard: 5 },
        { meter: 'calls', period: 'day', hard: 6 },
      ],
    ]) {
      const { status, body } = await host.ask('PUT', path('budgets'), { body: { budgets } })
      expect([status, body.code]).toEqual([422, 'BUDGET_INVALID'])
    }
    const negative = [{ meter: 'calls', period: 'day', hard: -1 }]
    expect((await host.ask('PUT', path('budgets'), { body: { budgets: negative } })).status).toBe(422)
  })
})

describe('least privilege [H10]', () => {
  const used = (verb: string) => ({
    family: 'network',
    name: HOST,
    verb,
    uses: 1,
    lastUsedAt: new Date().toISOString(),
  })
  const states = (body: { grants: { name: string; verb: string; state: string }[] }) =>
    Object.fromEntries(body.grants.map((grant) => [`${grant.verb} ${grant.name}`, grant.state]))

  it('says what was granted and not used, and how long it looked', async () => {
    brokerUsage = { ...NO_BROKER_USE, used: [used('GET')] } as BrokerUsage
    const { body } = await host.ask('GET', path('grants?days=7'))
    expect(body).toMatchObject({ days: 7, measuredDays: 0 })
    expect(states(body)).toEqual({
      'GET https://*.acme.example:443': 'unused',
      [`GET ${HOST}`]: 'used',
      [`POST ${HOST}`]: 'unused',
    })
    expect((await host.ask('GET', path('grants?days=0'))).status).toBe(422)
  })

  it('takes unused grants back, and gives them back', async () => {
    const grants = [{ family: 'network', name: HOST, verb: 'POST' }]
    const { status, body } = await host.ask('POST', path('grants/withhold'), { body: { grants } })
    expect(status).toBe(200)
    expect(states(body)[`POST ${HOST}`]).toBe('withheld')
    const row = await host.store.installations.get(id)
    if (row === undefined) throw new Error('no row')
    const left = host.metering.narrowed(row).grants.network.map(({ host: name, methods }) => [name, ...methods])
    expect(left).toEqual([
      ['*.acme.example', 'GET'],
      ['acme.example', 'GET'],
    ])
    const back = await host.ask('POST', path('grants/restore'), { body: { grants } })
    expect(states(back.body)[`POST ${HOST}`]).toBe('unused')
    expect(await actions()).toEqual(expect.arrayContaining(['plugin.grants-narrowed', 'plugin.grants-restored']))
  })

  it('leaves everything as it was when the plugin does not start without a grant', async () => {
    needs = 'POST'
    const grants = [{ family: 'network', name: HOST, verb: 'POST' }]
    const { status, body } = await host.ask('POST', path('grants/withhold'), { body: { grants } })
    expect([status, body.code]).toEqual([409, 'GRANT_NEEDED'])
    expect(body.detail).toContain('cannot start without POST')
    expect(await state()).toBe('active')
    expect(states((await host.ask('GET', path('grants'))).body)[`POST ${HOST}`]).toBe('unused')
  })

  it('refuses what was never granted', async () => {
    const grants = [{ family: 'network', name: 'https://evil.example:443', verb: 'GET' }]
    const { status, body } = await host.ask('POST', path('grants/withhold'), { body: { grants } })
    expect([status, body.code]).toEqual([422, 'GRANT_NOT_GIVEN'])
  })
})

describe('quarantine after breaches [H9]', () => {
  it('stops a plugin that crosses its limits again and again, until an admin releases it', async () => {
    await breached('cpuMsPerCall', 5)
    await until(async () => (await state()) === 'quarantined')
    const { body } = await host.ask('GET', `/api/v1/installations/${id}`)
    expect(body.stateReason).toMatchObject({
      code: 'PLUGIN_BREACHES',
      message: expect.stringContaining('cpuMsPerCall (100)'),
    })
    await until(async () => (await host.store.installations.get(id))?.quarantine !== undefined)
    const released = await host.ask('POST', path('release'))
    expect([released.status, released.body.state]).toEqual([200, 'active'])
    expect((await host.store.installations.get(id))?.quarantine).toBeUndefined()
    const done = await actions()
    expect(done.filter((action: string) => action === 'limit.breached')).toHaveLength(5)
    expect(done).toContain('plugin.released')
  })

  it('does not let callers put a plugin into quarantine', async () => {
    await breached('concurrentCalls', 500)
    expect(await state()).toBe('active')
    const done = await actions()
    // One by one up to a number, then as a number.
    expect(done.filter((action: string) => action === 'limit.breached')).toHaveLength(10)
  })

  it('keeps the tools listed meanwhile and says why they do not answer', async () => {
    await host.ask('GET', '/api/v1/tools')
    await breached('cpuMsPerCall', 5)
    await until(async () => {
      const { body } = await host.ask('GET', '/api/v1/tools')
      return body.items[0]?.lastError?.code === 'PLUGIN_QUARANTINED'
    })
    const { body } = await host.ask('GET', '/api/v1/tools')
    expect(body.items[0].tools.map((tool: { name: string }) => tool.name)).toEqual(['greet'])
    await host.ask('POST', path('release'))
    expect((await host.ask('GET', '/api/v1/tools')).body.items[0].state).toBe('ready')
  })
})
