import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AuditEvent } from '../../../runtime/src/audit/audit.ts'
import type { Upstream } from '../../../runtime/src/gateway/upstream/upstream.ts'
import { type Metering, openMetering } from '../../../runtime/src/metering/index.ts'
import { createBreachHistory } from '../../../runtime/src/metering/breach-history.ts'
import { narrowGrants } from '../../../runtime/src/metering/narrow-grants.ts'
import { NO_GRANTS } from '../../../runtime/src/grants/index.ts'
import type { Sandbox } from '../../../runtime/src/sandbox/sandbox.ts'
import { openStore } from '../../../runtime/src/store/open-store.ts'
import type { InstallationRow, Store } from '../../../runtime/src/store/store.ts'
import { limits } from '../../escape/arena.ts'
import { addInstallation, addWorkspace } from '../store/rows.ts'
import { RpcResult } from '../../../runtime/src/gateway/wire/rpc-result.ts'

const START = new Date('2026-11-30T23:59:30.000Z')
const DAY = 86_400_000

let store: Store
let row: InstallationRow
let now: Date
let events: AuditEvent[]
let warnings: string[]
let metering: Metering
/** Makes writes of the store fail. */
let broken: boolean

beforeEach(async () => {
  now = START
  events = []
  warnings = []
  broken = false
  store = await openStore({ url: 'sqlite::memory:' })
  row = await addInstallation(store, (await addWorkspace(store)).id)
  metering = await open()
})
afterEach(async () => {
  await metering[Symbol.asyncDispose]()
  await store[Symbol.asyncDispose]()
})

const open = () =>
  openMetering({
    store: {
      ...store,
      usage: {
        ...store.usage,
        add: (more) => (broken ? Promise.reject(new Error('disk full')) : store.usage.add(more)),
      },
    },
    audit: { record: (event) => void events.push(event) },
    logger: { warn: (_: unknown, message: string) => void warnings.push(message) } as never,
    upstreams: { add: () => ({ [Symbol.dispose]: () => undefined }) },
    log: (_, __, message) => void warnings.push(message),
    brokerUsage: () => undefined,
    quarantine: () => Promise.resolve(),
    flushMs: 3_600_000,
    now: () => now,
  })

const use = { cpuMicroseconds: 1000, wallMs: 2, heapBytes: 50, capabilityCalls: 0, bytesIn: 1, bytesOut: 1 }
const call = (): void => metering.observer(row, limits).callEnded?.(use, false)
const setBudgets = async (budgets: Parameters<Metering['bounds']['change']>[1]['budgets']) => {
  await metering.bounds.change({ installationId: row.id, workspaceId: row.workspaceId }, { budgets: budgets ?? [] })
  await metering.budgets.refresh()
}
const spender = () => ({ installationId: row.id, workspaceId: row.workspaceId, pluginId: row.pluginId })

describe('counting [H9]', () => {
  it('keeps what could not be written and writes it once, later', async () => {
    call()
    broken = true
    await metering.flush()
    expect(warnings).toEqual([expect.stringContaining('could not be written')])
    now = new Date(START.getTime() + 60_000)
    call()
    broken = false
    await metering.flush()
    await metering.flush()
    const minutes = await store.usage.find(row.id, 'minute', new Date(0), now)
    expect(minutes.map(({ calls }) => calls)).toEqual([1, 1])
    const [day, next] = await store.usage.daysOf([row.id], new Date(0))
    expect([day?.calls, next?.calls]).toEqual([1, 1])
  })

  it('writes what is left when the host closes', async () => {
    call()
    await metering[Symbol.asyncDispose]()
    expect(await store.usage.daysOf([row.id], new Date(0))).toMatchObject([{ calls: 1 }])
  })

  it('forgets minutes after a day and hours after a month', async () => {
    call()
    await metering.flush()
    now = new Date(START.getTime() + 2 * DAY)
    await metering.flush()
    expect(await store.usage.find(row.id, 'minute', new Date(0), now)).toEqual([])
    expect(await store.usage.find(row.id, 'hour', new Date(0), now)).toHaveLength(1)
    now = new Date(START.getTime() + 40 * DAY)
    await metering.flush()
    expect(await store.usage.find(row.id, 'hour', new Date(0), now)).toEqual([])
    expect(await store.usage.find(row.id, 'day', new Date(0), now)).toHaveLength(1)
  })

  it('counts calls of processes and remote servers at the door', async () => {
    const inner = {
      id: row.id,
      installationId: row.id,
      pluginId: row.pluginId,
      workspaceId: row.workspaceId,
      label: row.label,
      kind: 'process',
      state: () => 'ready',
      lastError: () => undefined,
      catalog: () => Promise.reject(new Error('none')),
      request: ({ method }: { method: string }) =>
        method === 'broken'
          ? Promise.reject(new Error('broken'))
          : Promise.resolve(RpcResult.of({ isError: method === 'wrong' })),
      onChange: () => ({ [Symbol.dispose]: () => undefined }),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    } as unknown as Upstream
    const upstream = metering.upstream(inner, row)
    const ask = (method: string) => upstream.request({ method } as never)
    await ask('right')
    await ask('wrong')
    await expect(ask('broken')).rejects.toThrow('broken')
    expect(metering.usage.find(row.id)?.totals.counters).toMatchObject({ calls: 3, errors: 2 })
  })
})

describe('budgets [H9]', () => {
  it('count written and unwritten use alike, also when the database fails', async () => {
    await setBudgets([{ meter: 'calls', period: 'month', hard: 3 }])
    call()
    await metering.flush()
    call()
    broken = true
    await metering.flush()
    call()
    expect(metering.budgets.standing(row.id)).toMatchObject([{ used: 3, state: 'exhausted' }])
    expect(() => metering.budgets.enter(spender())).toThrow(/month/)
  })

  it('start anew with the day and the month', async () => {
    await setBudgets([
      { meter: 'calls', period: 'day', hard: 1 },
      { meter: 'cpuSeconds', period: 'month', hard: 0.001 },
    ])
    call()
    expect(() => metering.budgets.enter(spender())).toThrow(
      expect.objectContaining({ code: 'BUDGET_EXHAUSTED', details: expect.objectContaining({ value: 1 }) }),
    )
    // One minute later it is December.
    now = new Date(START.getTime() + 60_000)
    expect(metering.budgets.standing(row.id)).toMatchObject([{ used: 0 }, { used: 0 }])
    expect(() => metering.budgets.enter(spender())()).not.toThrow()
  })

  it('warn once per period, in log and audit, and refuse nothing when they have no end', async () => {
    await setBudgets([{ meter: 'calls', period: 'day', soft: 1 }])
    call()
    for (let count = 0; count < 3; count += 1) metering.budgets.enter(spender())()
    expect(events.map(({ action }) => action)).toEqual(['budget.warned'])
    expect(warnings).toHaveLength(1)
    now = new Date(START.getTime() + DAY)
    call()
    metering.budgets.enter(spender())()
    expect(events).toHaveLength(2)
  })

  it('let calls in again that did not end', async () => {
    await setBudgets([{ meter: 'calls', period: 'day', hard: 2 }])
    const leave = [metering.budgets.enter(spender()), metering.budgets.enter(spender())]
    expect(() => metering.budgets.enter(spender())).toThrow()
    for (const one of leave) one()
    expect(() => metering.budgets.enter(spender())()).not.toThrow()
  })
})

describe('events and the clock [H9]', () => {
  it('spend the same budgets and are refused like callers', async () => {
    await setBudgets([{ meter: 'calls', period: 'day', hard: 1 }])
    const inner = {
      invoke: () => {
        call()
        return Promise.resolve('null')
      },
    } as unknown as Sandbox
    const sandbox = metering.background(inner, row)
    expect(await sandbox.invoke({} as never)).toBe('null')
    await expect(sandbox.invoke({} as never)).rejects.toMatchObject({ code: 'BUDGET_EXHAUSTED' })
  })
})

describe('repeated breaches [H9]', () => {
  const breach = (limit: 'cpuMsPerCall' | 'wallMsPerCall' | 'payloadBytes' | undefined) => ({
    code: 'X',
    limit,
    value: 1,
    requestId: undefined,
  })

  it('weigh what the plugin decides, within the window', () => {
    let at = 0
    const history = createBreachHistory(() => at)
    for (let count = 0; count < 4; count += 1) expect(history.record(breach('cpuMsPerCall'))).toBeUndefined()
    at = 11 * 60_000
    expect(history.record(breach(undefined))).toBeUndefined()
    for (let count = 0; count < 3; count += 1) history.record(breach('cpuMsPerCall'))
    expect(history.record(breach('cpuMsPerCall'))).toMatchObject({ code: 'PLUGIN_BREACHES' })
    expect(history.record(breach('cpuMsPerCall'))).toBeUndefined()
  })

  it('weigh slow calls less, and what callers decide not at all', () => {
    const history = createBreachHistory(() => 0)
    for (let count = 0; count < 1000; count += 1) expect(history.record(breach('payloadBytes'))).toBeUndefined()
    for (let count = 0; count < 19; count += 1) expect(history.record(breach('wallMsPerCall'))).toBeUndefined()
    expect(history.record(breach('wallMsPerCall'))).toBeDefined()
  })
})

describe('grants that are left [H10]', () => {
  const grants = {
    ...NO_GRANTS,
    network: [
      { host: 'a.example', port: 443, scheme: 'https', methods: ['GET', 'POST'], allowPrivateAddresses: true } as const,
    ],
    files: [{ root: '$data', path: 'x', access: 'read-write' } as const],
    secrets: [{ field: 'key', access: 'use' } as const],
    tools: ['acme/other:*'],
  }

  it('lose exactly what is withheld', () => {
    const left = narrowGrants(grants, [
      { family: 'network', name: 'https://a.example:443', verb: 'POST' },
      { family: 'files', name: '$data/x', verb: 'write' },
      { family: 'tools', name: 'acme/other:*', verb: 'call' },
    ])
    expect(left.network).toEqual([{ ...grants.network[0], methods: ['GET'] }])
    expect(left.files).toEqual([{ root: '$data', path: 'x', access: 'read' }])
    expect([left.tools, left.secrets]).toEqual([[], grants.secrets])
  })

  it('are those of consent when nothing is withheld, and never more', () => {
    expect(narrowGrants(grants, [])).toBe(grants)
    expect(narrowGrants(NO_GRANTS, [{ family: 'tools', name: 'acme/other:*', verb: 'call' }])).toEqual(NO_GRANTS)
  })
})
