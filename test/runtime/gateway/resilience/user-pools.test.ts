import { randomBytes } from 'node:crypto'
import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fillHeaders } from '../../../../runtime/src/admission/secret-values.ts'
import { openProcessUpstream } from '../../../../runtime/src/gateway/upstream/open-process-upstream.ts'
import type { PoolLimits } from '../../../../runtime/src/gateway/upstream/pool/limits.ts'
import type { Upstream } from '../../../../runtime/src/gateway/upstream/upstream.ts'
import type { Principal } from '../../../../runtime/src/identity/principal.ts'
import { startProcess } from '../../../../runtime/src/sandbox/process/start-process.ts'
import { createLocalKeyWrapper, openSecrets } from '../../../../runtime/src/secrets/index.ts'
import { openStore } from '../../../../runtime/src/store/open-store.ts'
import { identity, principal, WILD, WORKSPACE } from '../harness.ts'
import { startRawServer } from './raw-server.ts'
import { ask, readingsOf, remote } from './requests.ts'

const root = resolve(import.meta.dirname, '../../../..')

/** Processes of each owner that live right now, and the most that ever did at once. */
class Census {
  readonly living = new Map<string, number>()
  readonly most = new Map<string, number>()

  born(owner: string): void {
    const count = (this.living.get(owner) ?? 0) + 1
    this.living.set(owner, count)
    this.most.set(owner, Math.max(this.most.get(owner) ?? 0, count))
  }

  died(owner: string): void {
    this.living.set(owner, (this.living.get(owner) ?? 0) - 1)
  }
}

function perUser(census: Census, limits: Partial<PoolLimits> = {}): Upstream {
  return openProcessUpstream({
    identity: identity('wild'),
    sharing: 'perUser',
    limits,
    start(_signal, owner = 'host') {
      const child = startProcess({
        command: process.execPath,
        args: [resolve(root, WILD)],
        env: {},
        readable: [root],
      })
      census.born(owner)
      void child.exited.then(() => census.died(owner))
      return Promise.resolve(child)
    },
  })
}

const person = (id: string, userId: string): Principal => ({ ...principal(id), userId })
const pid = (upstream: Upstream, who: Principal) => ask(upstream, { name: 'pid', who })

describe('a pool for each user [G6]', () => {
  it('gives each user a process of their own, whichever token they come with', async () => {
    const census = new Census()
    await using upstream = perUser(census)
    const [alice, phone, bob] = [person('a', 'alice'), person('b', 'alice'), person('c', 'bob')]
    const [one, two, three, again] = await Promise.all([
      pid(upstream, alice),
      pid(upstream, phone),
      pid(upstream, bob),
      pid(upstream, alice),
    ])
    expect(two).toBe(one)
    expect(again).toBe(one)
    expect(three).not.toBe(one)
    expect(Object.fromEntries(census.most)).toEqual({ alice: 1, bob: 1 })
    expect(
      readingsOf(upstream)
        .replicas.map(({ owner, name }) => `${owner} ${name}`)
        .toSorted(),
    ).toEqual(['alice alice/1', 'bob bob/1'])
  })

  it('reads the lists with a process of its own', async () => {
    const census = new Census()
    await using upstream = perUser(census)
    expect((await upstream.catalog(AbortSignal.timeout(20_000))).tools.length).toBeGreaterThan(0)
    expect([...census.most.keys()]).toEqual(['host'])
  })

  it('stops what nobody used for a while, and starts it again when it is', async () => {
    const census = new Census()
    await using upstream = perUser(census, { userIdleMs: 300 })
    const alice = person('a', 'alice')
    const first = await pid(upstream, alice)
    await expect.poll(() => census.living.get('alice'), { timeout: 10_000 }).toBe(0)
    expect(readingsOf(upstream).replicas).toEqual([])
    expect(await pid(upstream, alice)).not.toBe(first)
    expect(census.most.get('alice')).toBe(1)
  })

  it('keeps no more than the limit: the longest idle gives way, and who is busy stays', async () => {
    const census = new Census()
    await using upstream = perUser(census, { maxUsers: 2 })
    const [alice, bob, carol] = [person('a', 'alice'), person('b', 'bob'), person('c', 'carol')]
    await pid(upstream, alice)
    await pid(upstream, bob)
    await pid(upstream, carol)
    await expect.poll(() => census.living.get('alice'), { timeout: 10_000 }).toBe(0)
    const stop = new AbortController()
    const busy = [bob, carol].map((who) =>
      ask(upstream, { name: 'hang', who, signal: stop.signal }).catch(() => 'cancelled'),
    )
    await expect.poll(() => readingsOf(upstream).replicas.map(({ outstanding }) => outstanding)).toEqual([1, 1])
    await expect(pid(upstream, alice)).rejects.toMatchObject({
      code: 'UPSTREAM_BUSY',
      details: { limit: 'maxUsers', value: 2 },
    })
    stop.abort()
    await Promise.all(busy)
    expect(await pid(upstream, alice)).not.toBe('')
  })

  it("sends each user's own secret, one session for each, and says what to do when there is none", async () => {
    await using store = await openStore({ url: 'sqlite::memory:' })
    await store.workspaces.insert({ id: WORKSPACE, name: 'one', title: 'One', createdAt: new Date() })
    const wrapper = createLocalKeyWrapper(randomBytes(32))
    using secrets = await openSecrets({ store, audit: { record: () => undefined }, wrapper })
    const source = {
      workspaceId: WORKSPACE,
      config: { token: 'github' },
      grants: {
        network: [],
        files: [],
        secrets: [{ field: 'token', access: 'use' as const }],
        tools: [],
        processes: [],
        panels: [],
        events: [],
        schedules: [],
        client: [],
      },
      reveal: (workspaceId: string, name: string) => secrets.reveal(workspaceId, name),
      revealOwn: (workspaceId: string, owner: string, name: string) => secrets.revealOwn(workspaceId, owner, name),
    }
    await using raw = await startRawServer()
    await using upstream = remote(raw.url, {
      sharing: 'perUser',
      headers: (owner) =>
        fillHeaders(source, {}, { authorization: { secret: 'token', format: 'Bearer {}' } }, { owner, label: 'raw' }),
    })
    const [alice, bob] = [person('a', 'alice'), person('b', 'bob')]
    await expect(upstream.catalog(AbortSignal.timeout(5_000))).rejects.toMatchObject({ code: 'CREDENTIAL_MISSING' })
    await secrets.put(alice, 'github', 'of the workspace', 'r0')
    expect((await upstream.catalog(AbortSignal.timeout(5_000))).tools).toHaveLength(3)
    await expect(ask(upstream, { who: alice })).rejects.toMatchObject({
      code: 'CREDENTIAL_MISSING',
      message: expect.stringContaining('nexus secret set github --mine'),
    })
    await secrets.putOwn(alice, 'github', 'of-alice', 'r1')
    await secrets.putOwn(bob, 'github', 'of-bob', 'r2')
    for (let call = 0; call < 5; call += 1) {
      await ask(upstream, { who: alice })
      await ask(upstream, { who: bob })
    }
    expect(raw.headers.map(({ authorization }) => authorization)).toEqual(
      Array.from({ length: 5 }, () => ['Bearer of-alice', 'Bearer of-bob']).flat(),
    )
    expect(raw.seen.filter(({ method }) => method === 'initialize')).toHaveLength(3)
    expect(await secrets.listOwn(alice)).toMatchObject([{ name: 'github', version: 1 }])
    expect(await secrets.removeOwn(alice, 'github', 'r3')).toBe(true)
    await expect(ask(upstream, { who: alice })).rejects.toMatchObject({ code: 'CREDENTIAL_MISSING' })
    await ask(upstream, { who: bob })
  })
})
