import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { LogEntry, LogHead } from '@nexus/registry/contract'
import { describe, expect, it, vi } from 'vitest'
import { changed, openLogHost } from './open-log-host.ts'

type TestHost = Awaited<ReturnType<typeof openLogHost>>

/** Follows the log and keeps what it tells. */
function follow(test: TestHost) {
  const told: LogEntry[] = []
  const states: string[] = []
  const reasons: unknown[] = []
  let firstContacts = 0
  const following = test.host().follow({
    async onEntry({ entry }) {
      told.push(entry)
    },
    async onFirstContact() {
      firstContacts += 1
    },
    onState(state, reason) {
      states.push(state)
      if (reason !== undefined) reasons.push(reason)
    },
  })
  return {
    told,
    states,
    reasons,
    firstContacts: () => firstContacts,
    [Symbol.asyncDispose]: following[Symbol.asyncDispose],
  }
}

const WAIT = { timeout: 15_000, interval: 50 }
const kinds = (told: readonly LogEntry[]) => told.map((entry) => ('version' in entry ? entry.version : entry.kind))

describe('following the log [R2] [R7]', () => {
  it('tells what happens while it happens, and nothing of before first contact', async () => {
    await using test = await openLogHost()
    await test.publish('1.0.0')
    await using feed = follow(test)
    await vi.waitFor(() => expect(feed.states).toContain('live'), WAIT)
    expect(feed.firstContacts()).toBe(1)
    const path = '/api/v1/plugins/acme/weather/versions/1.0.0/revocation'
    await test.registry.send('PUT', path, { token: test.registry.token, json: { reason: 'stolen' } })
    await vi.waitFor(
      () =>
        expect(feed.told).toContainEqual({
          kind: 'release.revoked',
          id: 'acme/weather',
          version: '1.0.0',
          reason: 'stolen',
        }),
      WAIT,
    )
    expect(feed.told.some((entry) => entry.kind === 'release.published')).toBe(false)
  })

  it('goes on where it left off, after a restart', async () => {
    await using test = await openLogHost()
    {
      await using feed = follow(test)
      await vi.waitFor(() => expect(feed.states).toContain('live'), WAIT)
      await test.publish('1.0.0')
      await vi.waitFor(() => expect(kinds(feed.told)).toContain('1.0.0'), WAIT)
      const memory = () => readFile(join(test.dataDir, 'log-checkpoint.json'), 'utf8')
      await vi.waitFor(async () => expect(JSON.parse(await memory()).fed).toBe(test.host().memory.greatest?.size), WAIT)
    }
    await test.publish('1.0.1')
    await test.restart()
    await using feed = follow(test)
    await vi.waitFor(() => expect(kinds(feed.told)).toContain('1.0.1'), WAIT)
    expect(kinds(feed.told)).not.toContain('1.0.0')
    expect(feed.firstContacts()).toBe(0)
  })

  it('asks when there is no live feed', async () => {
    await using test = await openLogHost()
    {
      await using first = follow(test)
      await vi.waitFor(() => expect(first.states).toContain('live'), WAIT)
    }
    await test.publish('1.0.0')
    await test.restart()
    test.middle.refuse('/api/v1/log/feed')
    await using feed = follow(test)
    await vi.waitFor(() => expect(kinds(feed.told)).toContain('1.0.0'), WAIT)
    expect(feed.states).not.toContain('live')
  })

  it('believes no log that is smaller than it was, and says why it waits', async () => {
    await using test = await openLogHost()
    await test.publish('1.0.0')
    const old: LogHead = JSON.parse(await (await fetch(`${test.registry.url()}/api/v1/log/checkpoint`)).text())
    await test.publish('1.0.1')
    await test.host().log(await test.claim('1.0.1'), 'install')
    test.middle.refuse('/api/v1/log/feed')
    test.middle.set(({ path, body }) =>
      path.endsWith('/log/checkpoint') ? changed<LogHead>(body, (head) => Object.assign(head, old)) : undefined,
    )
    await using feed = follow(test)
    await vi.waitFor(() => expect(feed.reasons.length).toBeGreaterThan(0), WAIT)
    expect(feed.reasons[0]).toMatchObject({ code: 'LOG_CHECKPOINT_OLD' })
    expect(feed.told).toEqual([])
  })
})
