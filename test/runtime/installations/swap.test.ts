import { describe, expect, it } from 'vitest'
import { openSwapHost, startCallStream, type SwapHost, testRelease, digestOf } from './swap-host.ts'

const TIMEOUT_MS = 120_000
const NEVER_MS = 3_600_000

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 3000; turn += 1) {
    if (await condition()) return
    await new Promise((resume) => setTimeout(resume, 10))
  }
  expect(await condition()).toBe(true)
}

const says = (version: string) => `() => '${version}'`
const versionsIn = (answers: readonly string[]) => answers.map((text) => Number(/(\d+)\.0\.0/.exec(text)?.[1] ?? -1))
const upstreamsOf = (host: SwapHost) => host.gateway.upstreams.list(host.workspaceId)

describe('an update under live calls [H7]', () => {
  it(
    'fails no call over 20 swaps, never answers with an older version again, and tells clients nothing that did not change',
    async () => {
      const releases = Array.from({ length: 21 }, (_, index) =>
        testRelease(`${index + 1}.0.0`, says(`${index + 1}.0.0`)),
      )
      await using host = await openSwapHost(releases, NEVER_MS)
      const id = await host.install('1.0.0')
      const seen: string[] = []
      using watching = host.gateway.upstreams.onChange((_workspace, _upstream, { kind }) => void seen.push(kind))
      expect(watching).toBeDefined()
      const stream = startCallStream(host)
      for (const { manifest } of releases.slice(1)) {
        const before = stream.answers.length
        await until(() => stream.answers.length > before + 10)
        await host.update(id, manifest.version)
        expect(upstreamsOf(host)).toHaveLength(1)
      }
      await until(() => versionsIn(stream.answers.slice(-1))[0] === 21)
      await stream.stop()
      expect(stream.failures).toEqual([])
      const late = versionsIn(stream.answers)
      // Calls in flight may end after the first call of the next version, but nothing older than that.
      let newest = 0
      for (const version of late) {
        expect(version).toBeGreaterThanOrEqual(newest - 1)
        newest = Math.max(newest, version)
      }
      expect(new Set(late).size).toBe(21)
      expect(seen.filter((kind) => kind === 'added' || kind === 'removed')).toEqual([])
      expect((await host.store.installations.get(id))?.version).toBe('21.0.0')
    },
    TIMEOUT_MS,
  )

  it(
    'keeps serving the old release when the new one does not start, and says why',
    async () => {
      const broken = testRelease('2.0.0', says('2.0.0'), `throw new Error('no luck')`)
      await using host = await openSwapHost([testRelease('1.0.0', says('1.0.0')), broken], NEVER_MS)
      const id = await host.install('1.0.0')
      const stream = startCallStream(host)
      await expect(host.update(id, '2.0.0')).rejects.toMatchObject({ code: 'SANDBOX_START_FAILED' })
      const before = stream.answers.length
      await until(() => stream.answers.length > before + 10)
      await stream.stop()
      expect(stream.failures).toEqual([])
      expect(new Set(versionsIn(stream.answers))).toEqual(new Set([1]))
      expect((await host.store.installations.get(id))?.version).toBe('1.0.0')
      expect(host.kernel.status(id)).toMatchObject({ state: 'active', swap: { phase: 'rolled-back' } })
      expect(new Set(host.discarded)).toEqual(new Set([digestOf(broken)]))
    },
    TIMEOUT_MS,
  )

  it(
    'goes back to the old release by itself when calls of the new one fail, without a gap',
    async () => {
      const failing = testRelease('2.0.0', `() => { throw new Error('not today') }`)
      await using host = await openSwapHost([testRelease('1.0.0', says('1.0.0')), failing], NEVER_MS)
      const id = await host.install('1.0.0')
      const stream = startCallStream(host)
      await until(() => stream.answers.length > 10)
      await host.update(id, '2.0.0')
      await until(() => host.kernel.status(id)?.swap?.phase === 'rolled-back')
      const before = stream.answers.length
      await until(() => stream.answers.length > before + 10)
      await stream.stop()
      expect(new Set(stream.failures.map((error) => (error as { code?: string }).code))).toEqual(
        new Set(['PLUGIN_ERROR']),
      )
      expect((await host.store.installations.get(id))?.version).toBe('1.0.0')
      expect(host.kernel.status(id)).toMatchObject({
        state: 'active',
        entry: { version: '1.0.0' },
        swap: { reason: { code: 'PLUGIN_SWAP_FAILED' }, fromVersion: '1.0.0', toVersion: '2.0.0' },
      })
      await host.audit.flush()
      const found = await host.audit.find({ workspaceId: host.workspaceId, action: 'plugin.rolled-back', limit: 10 })
      expect(found).toHaveLength(1)
    },
    TIMEOUT_MS,
  )

  it(
    'goes back when the new release dies later; calls that come meanwhile wait',
    async () => {
      // Fills its heap a second after it was activated.
      const dying = testRelease(
        '2.0.0',
        says('2.0.0'),
        `setTimeout(() => { const kept = []; for (;;) kept.push(new Array(1e5).fill(kept.length)) }, 1000)`,
      )
      await using host = await openSwapHost([testRelease('1.0.0', says('1.0.0')), dying], NEVER_MS)
      const id = await host.install('1.0.0')
      const stream = startCallStream(host, 1)
      await host.update(id, '2.0.0')
      await until(() => host.kernel.status(id)?.swap?.phase === 'rolled-back')
      const before = stream.answers.length
      await until(() => stream.answers.length > before + 10)
      await stream.stop()
      expect(versionsIn(stream.answers).at(-1)).toBe(1)
      expect(versionsIn(stream.answers)).toContain(2)
      // Only what was in flight when it died, and when it died again after it was loaded once more: it may have run.
      expect(stream.failures.length).toBeLessThanOrEqual(3)
      expect((await host.store.installations.get(id))?.version).toBe('1.0.0')
    },
    TIMEOUT_MS,
  )

  it(
    'lets calls in flight finish on the side that began them',
    async () => {
      const slow = testRelease('1.0.0', `async () => { await new Promise((r) => setTimeout(r, 1500)); return '1.0.0' }`)
      await using host = await openSwapHost([slow, testRelease('2.0.0', says('2.0.0'))], NEVER_MS)
      const id = await host.install('1.0.0')
      const call = () =>
        upstreamsOf(host)[0]?.request({
          method: 'tools/call',
          params: { name: 'version', arguments: {} },
          requestId: 'slow',
          principal: host.principal,
          signal: AbortSignal.timeout(60_000),
        })
      const first = call()
      await host.update(id, '2.0.0')
      expect(JSON.stringify((await call())?.value())).toContain('2.0.0')
      expect(JSON.stringify((await first)?.value())).toContain('1.0.0')
    },
    TIMEOUT_MS,
  )

  it(
    'keeps the change after the probation, and the files of the last three releases beside it',
    async () => {
      const releases = [1, 2, 3, 4, 5].map((major) => testRelease(`${major}.0.0`, says(`${major}.0.0`)))
      const [oldest] = releases
      await using host = await openSwapHost(releases, 1_000)
      const id = await host.install('1.0.0')
      for (const version of ['2.0.0', '3.0.0', '4.0.0']) {
        await host.update(id, version)
        expect(host.kernel.status(id)?.swap?.phase).toBe('probation')
        await until(() => host.kernel.status(id)?.swap?.phase === 'kept')
      }
      expect(host.discarded).toEqual([])
      await host.update(id, '5.0.0')
      await until(() => host.discarded.length > 0)
      expect(new Set(host.discarded)).toEqual(new Set(oldest === undefined ? [] : [digestOf(oldest)]))
    },
    TIMEOUT_MS,
  )

  it(
    'changes settings by the same way',
    async () => {
      await using host = await openSwapHost(
        [testRelease('1.0.0', `() => greeting`, 'const greeting = "1.0.0"')],
        NEVER_MS,
      )
      const id = await host.install('1.0.0')
      const stream = startCallStream(host)
      await until(() => stream.answers.length > 10)
      await host.installer.change(host.principal, id, { config: { greeting: 'hi' } }, 'test')
      await stream.stop()
      expect(stream.failures).toEqual([])
      expect((await host.store.installations.get(id))?.config).toEqual({ greeting: 'hi' })
      expect(host.phases.map(({ phase }) => phase)).toEqual(['starting', 'probation'])
    },
    TIMEOUT_MS,
  )

  it(
    'tries another release of a plugin in quarantine',
    async () => {
      await using host = await openSwapHost(
        [testRelease('1.0.0', says('1.0.0')), testRelease('2.0.0', says('2.0.0'))],
        NEVER_MS,
      )
      const id = await host.install('1.0.0')
      await host.kernel.quarantine(id, { code: 'PLUGIN_BREACHES', message: 'Too much.' })
      expect((await host.store.installations.get(id))?.quarantine).toBe('Too much.')
      await host.update(id, '2.0.0')
      expect(host.kernel.status(id)).toMatchObject({ state: 'active', entry: { version: '2.0.0' } })
      expect((await host.store.installations.get(id))?.quarantine).toBeUndefined()
    },
    TIMEOUT_MS,
  )

  it(
    'takes a side on probation back instead of putting the plugin into quarantine',
    async () => {
      await using host = await openSwapHost(
        [testRelease('1.0.0', says('1.0.0')), testRelease('2.0.0', says('2.0.0'))],
        NEVER_MS,
      )
      const id = await host.install('1.0.0')
      await host.update(id, '2.0.0')
      const status = await host.kernel.quarantine(id, { code: 'PLUGIN_BREACHES', message: 'Too much.' })
      expect(status).toMatchObject({ state: 'active', entry: { version: '1.0.0' }, swap: { phase: 'rolled-back' } })
      expect((await host.store.installations.get(id))?.quarantine).toBeUndefined()
    },
    TIMEOUT_MS,
  )
})
