import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Principal } from '../../../runtime/src/identity/principal.ts'
import { settleInterrupted } from '../../../runtime/src/installations/updates/settle-interrupted.ts'
import { openSwapHost, type SwapHost, type TestRelease, testRelease } from './swap-host.ts'

const TIMEOUT_MS = 120_000
const NEVER_MS = 3_600_000
const DAY_MS = 86_400_000

const says = (version: string) => `() => '${version}'`
const plain = (version: string, more: Parameters<typeof testRelease>[3] = {}) =>
  testRelease(version, says(version), '', more)
/** One that also wants to reach a host. */
const wider = (version: string) =>
  plain(version, {
    manifest: { permissions: { network: [{ host: 'api.acme.test', methods: ['GET'], reason: 'To ask.' }] } },
  })

async function versionOf(host: SwapHost, id: string): Promise<string | undefined> {
  return (await host.store.installations.get(id))?.version
}

async function offered(host: SwapHost, id: string) {
  return (await host.installer.updates(host.workspaceId, id)).offer
}

const person = (host: SwapHost, name: string): Principal => ({ ...host.principal, id: `user:${name}`, userId: name })
const run = () => ({ onStep: () => undefined, signal: new AbortController().signal, requestId: 'test' })

async function opened(releases: readonly TestRelease[], probationMs = NEVER_MS) {
  const host = await openSwapHost(releases, probationMs)
  const id = await host.install(releases[0]?.manifest.version ?? '')
  const follow = (change: object) => host.installer.changeUpdateSetting(host.principal, id, change, 'test')
  return { host, id, follow, [Symbol.asyncDispose]: () => host[Symbol.asyncDispose]() }
}

describe('an update plan [H7]', () => {
  it(
    'says what the other release changes, and needs consent for what is more',
    async () => {
      const next = plain('2.0.0', {
        signer: 'key:other',
        manifest: {
          permissions: {
            network: [{ host: 'api.acme.test:8443', methods: ['GET', 'POST'], reason: 'To ask.' }],
            tools: [{ tool: 'acme/other:*', reason: 'To pass on.' }],
          },
          sandbox: { profile: 'standard', limits: {} },
          contributes: {
            tools: [
              { name: 'version', description: 'Says its version, loudly.', inputSchema: { type: 'object' } },
              { name: 'more', description: 'Does more.', inputSchema: { type: 'object' } },
            ],
          },
        },
        facts: {
          deprecated: 'Use 3.',
          scan: { verdict: 'passed', findings: [] },
          advisories: [{ id: 'NX-1', title: 'Leaks', severity: 'high' }],
          components: [{ name: 'left-pad', version: '1.3.0' }],
        },
      })
      const first = plain('1.0.0', {
        facts: { components: [] },
        manifest: {
          contributes: {
            tools: [
              { name: 'version', description: 'Says its version.', inputSchema: { type: 'object' } },
              { name: 'gone', description: 'Goes.', inputSchema: { type: 'object' } },
            ],
          },
        },
      })
      await using host = await openSwapHost(
        [
          {
            ...first,
            code: first.code.replace(
              "context.tools.handle('version'",
              "context.tools.handle('gone', () => ''); context.tools.handle('version'",
            ),
          },
          next,
        ],
        NEVER_MS,
      )
      const id = await host.install('1.0.0')
      const plan = await host.installer.planUpdate(host.principal, id, { to: '2.0.0', config: {} })
      expect(plan.fromVersion).toBe('1.0.0')
      expect(plan.permissions.map(({ family, name, change }) => [family, name, change])).toEqual([
        ['network', 'https://api.acme.test:8443', 'wider'],
        ['tools', 'acme/other:*', 'wider'],
      ])
      expect(plan.definitions.map(({ name, change }) => [name, change])).toEqual([
        ['version', 'changed'],
        ['more', 'added'],
        ['gone', 'removed'],
      ])
      expect(
        plan.definitions[0]?.diff.filter(({ change }) => change !== 'same').map(({ text }) => text.trim()),
      ).toEqual(['"description": "Says its version.",', '"description": "Says its version, loudly.",'])
      expect(plan.dependencies).toEqual([
        { kind: 'package', name: 'left-pad', after: '1.3.0', change: 'added' },
        { kind: 'host', name: 'https://api.acme.test:8443', change: 'added' },
        { kind: 'plugin', name: 'acme/other:*', change: 'added' },
      ])
      expect(plan.signer).toEqual({ change: 'changed', before: 'key:acme', after: 'key:other' })
      expect(plan.changelogHtml).toBe('<h2>2.0.0</h2><p>News of 2.0.0.</p>')
      expect(plan.scan?.verdict).toBe('passed')
      expect(plan.notices.map(({ code }) => code)).toEqual(['DEPRECATED', 'ADVISORY'])
      expect(plan.expanded.map(({ kind }) => kind)).toEqual([
        'permission',
        'permission',
        'dependency',
        'signer',
        'definition',
        'definition',
      ])
    },
    TIMEOUT_MS,
  )

  it(
    'asks for nothing when nothing is more, and lets harmless definitions pass where the admin said so',
    async () => {
      const renamed = plain('1.1.0', {
        manifest: {
          contributes: { tools: [{ name: 'version', description: 'Tells.', inputSchema: { type: 'object' } }] },
        },
      })
      await using opening = await opened([plain('1.0.0'), plain('1.0.1'), renamed])
      const { host, id } = opening
      const expanded = async (to: string) =>
        (await host.installer.planUpdate(host.principal, id, { to, config: {} })).expanded
      expect(await expanded('1.0.1')).toEqual([])
      expect(await expanded('1.1.0')).toEqual([{ kind: 'definition', text: 'tool version' }])
      await host.store.definitions.putSetting({
        installationId: id,
        workspaceId: host.workspaceId,
        approval: 'auto',
        served: 'old',
      })
      expect(await expanded('1.1.0')).toEqual([])
    },
    TIMEOUT_MS,
  )

  it(
    'finds what a channel points at, and refuses a channel that is not there',
    async () => {
      await using opening = await opened([plain('1.0.0'), plain('1.1.0'), plain('2.0.0-beta.1')])
      const { host, id } = opening
      host.clock.channels = { latest: '1.1.0', beta: '2.0.0-beta.1' }
      const plan = (to?: string) => host.installer.planUpdate(host.principal, id, { to, config: {} })
      expect((await plan()).plan.manifest.version).toBe('1.1.0')
      expect((await plan('beta')).plan.manifest.version).toBe('2.0.0-beta.1')
      await expect(plan('nightly')).rejects.toMatchObject({ code: 'INSTALLATION_CHANNEL' })
    },
    TIMEOUT_MS,
  )
})

describe('automatic updates [H7]', () => {
  let opening: Awaited<ReturnType<typeof opened>>
  const open = async (...releases: readonly TestRelease[]) => (opening = await opened(releases))
  afterEach(() => opening[Symbol.asyncDispose]())

  it(
    'stay within what was allowed',
    async () => {
      const { host, id, follow } = await open(plain('1.0.0'), plain('1.0.1'), plain('1.1.0'), plain('2.0.0'))
      await host.look()
      expect(await versionOf(host, id)).toBe('1.0.0')
      for (const [mode, version] of [
        ['patch', '1.0.1'],
        ['minor', '1.1.0'],
        ['channel', '2.0.0'],
      ] as const) {
        await follow({ mode })
        await host.look()
        expect(await versionOf(host, id)).toBe(version)
      }
      const { history } = await host.installer.updates(host.workspaceId, id)
      expect(history.map(({ version, origin, by }) => [version, origin, by])).toEqual([
        ['2.0.0', 'automatic', 'system'],
        ['1.1.0', 'automatic', 'system'],
        ['1.0.1', 'automatic', 'system'],
        ['1.0.0', 'install', 'system'],
      ])
    },
    TIMEOUT_MS,
  )

  it(
    'never apply what widens: it waits for a person, is audited, and goes on with their consent',
    async () => {
      const { host, id, follow } = await open(plain('1.0.0'), wider('1.1.0'))
      await follow({ mode: 'channel' })
      await host.look()
      await host.look()
      expect(await versionOf(host, id)).toBe('1.0.0')
      expect(await offered(host, id)).toMatchObject({ version: '1.1.0', state: 'waiting', reasons: ['CONSENT'] })
      await host.audit.flush()
      const waits = await host.audit.find({ workspaceId: host.workspaceId, action: 'plugin.update-waits', limit: 10 })
      expect(waits).toHaveLength(1)
      const { plan } = await host.installer.planUpdate(host.principal, id, { to: '1.1.0', config: {} })
      const request = { version: '1.1.0', consentDigest: plan.consentDigest, config: {}, when: 'now' as const }
      await expect(
        host.installer.approveUpdate(host.principal, id, { ...request, consentDigest: 'sha256:0' }, 'test'),
      ).rejects.toMatchObject({ code: 'INSTALLATION_CONSENT' })
      expect(await host.installer.approveUpdate(host.principal, id, request, 'test')).toBe('apply')
      await host.installer.update(host.principal, id, request, run())
      expect(await versionOf(host, id)).toBe('1.1.0')
      expect(await offered(host, id)).toBeUndefined()
    },
    TIMEOUT_MS,
  )

  it(
    'are not offered again after a no, until there is another version',
    async () => {
      const releases = [plain('1.0.0'), wider('1.1.0')]
      const { host, id, follow } = await open(...releases, wider('1.2.0'))
      host.clock.channels = { latest: '1.1.0' }
      await follow({ mode: 'channel' })
      await host.look()
      await host.installer.declineUpdate(host.principal, id, '1.1.0', 'test')
      await host.look()
      expect(await offered(host, id)).toMatchObject({ version: '1.1.0', state: 'declined' })
      host.clock.channels = { latest: '1.2.0' }
      await host.look()
      expect(await offered(host, id)).toMatchObject({ version: '1.2.0', state: 'waiting' })
    },
    TIMEOUT_MS,
  )

  it(
    'leave a pinned version alone, and so does everybody else until it is unpinned',
    async () => {
      const { host, id, follow } = await open(plain('1.0.0'), plain('1.0.1'))
      await follow({ mode: 'channel', pinned: true })
      await host.look()
      expect(await versionOf(host, id)).toBe('1.0.0')
      await expect(host.update(id, '1.0.1')).rejects.toMatchObject({ code: 'INSTALLATION_PINNED' })
      const plan = await host.installer.planUpdate(host.principal, id, { to: '1.0.1', config: {} })
      expect(plan.notices.map(({ code }) => code)).toEqual(['PINNED'])
      await follow({ pinned: false })
      await host.look()
      expect(await versionOf(host, id)).toBe('1.0.1')
    },
    TIMEOUT_MS,
  )

  it(
    'wait until a release is old enough, and take an older one meanwhile',
    async () => {
      const young = plain('1.2.0', { listed: { publishedAt: new Date() } })
      const { host, id, follow } = await open(plain('1.0.0'), plain('1.1.0'), young)
      host.clock.minimumAgeMs = 3 * DAY_MS
      await follow({ mode: 'channel' })
      await host.look()
      expect(await versionOf(host, id)).toBe('1.1.0')
      await host.look()
      expect(await offered(host, id)).toMatchObject({ version: '1.2.0', reasons: ['AGE'] })
      expect((await offered(host, id))?.notBefore?.getTime()).toBe(
        (young.listed?.publishedAt?.getTime() ?? 0) + 3 * DAY_MS,
      )
      host.clock.now = new Date(Date.now() + 4 * DAY_MS)
      await host.look()
      expect(await versionOf(host, id)).toBe('1.2.0')
    },
    TIMEOUT_MS,
  )

  it(
    'follow a staged roll-out: nobody at nought, everybody at a hundred',
    async () => {
      const staged = { listed: { rolloutPercent: 0 } }
      const release = plain('1.1.0', staged)
      const { host, id, follow } = await open(plain('1.0.0'), release)
      await follow({ mode: 'channel' })
      await host.look()
      expect(await offered(host, id)).toMatchObject({ version: '1.1.0', reasons: ['ROLLOUT'] })
      Object.assign(release.listed ?? {}, { rolloutPercent: 100 })
      await host.look()
      expect(await versionOf(host, id)).toBe('1.1.0')
    },
    TIMEOUT_MS,
  )

  it(
    'keep to their time window',
    async () => {
      const { host, id, follow } = await open(plain('1.0.0'), plain('1.1.0'))
      host.clock.now = new Date('2026-11-21T12:00:00Z')
      await follow({ mode: 'channel', window: { cron: '0 3 * * *', minutes: 60, timeZone: 'Europe/Berlin' } })
      await host.look()
      expect(await offered(host, id)).toMatchObject({
        reasons: ['WINDOW'],
        notBefore: new Date('2026-11-22T02:00:00Z'),
      })
      host.clock.now = new Date('2026-11-22T02:30:00Z')
      await host.look()
      expect(await versionOf(host, id)).toBe('1.1.0')
      await expect(follow({ window: { cron: 'at dawn', minutes: 60 } })).rejects.toMatchObject({
        code: 'INSTALLATION_WINDOW',
      })
    },
    TIMEOUT_MS,
  )

  it(
    'do not try again what was taken back, and take no older, yanked or revoked release',
    async () => {
      const failing = testRelease('1.1.0', says('1.1.0'), `throw new Error('no luck')`)
      const yanked = plain('1.2.0', { listed: { yanked: true } })
      const revoked = plain('1.3.0', { listed: { revoked: true } })
      const { host, id, follow } = await open(plain('1.0.0'), failing, yanked, revoked, plain('0.9.0'))
      await follow({ mode: 'channel' })
      await host.look()
      await host.look()
      expect(await versionOf(host, id)).toBe('1.0.0')
      expect(await offered(host, id)).toMatchObject({ version: '1.1.0', reasons: ['FAILED_BEFORE'] })
      const { history } = await host.installer.updates(host.workspaceId, id)
      expect(history.map(({ version, outcome, code }) => [version, outcome, code])).toEqual([
        ['1.1.0', 'failed', 'SANDBOX_START_FAILED'],
        ['1.0.0', 'kept', undefined],
      ])
    },
    TIMEOUT_MS,
  )
})

describe('a second approver [H7]', () => {
  it(
    'is somebody else, and is asked for what widens only',
    async () => {
      await using opening = await opened([plain('1.0.0'), plain('1.0.1'), wider('1.1.0')])
      const { host, id } = opening
      await host.installer.changeUpdatePolicy(host.principal, { secondApprover: true }, 'test')
      await host.update(id, '1.0.1')
      await expect(host.update(id, '1.1.0')).rejects.toMatchObject({ code: 'INSTALLATION_SECOND_APPROVER' })
      const { plan } = await host.installer.planUpdate(host.principal, id, { to: '1.1.0', config: {} })
      const request = { version: '1.1.0', consentDigest: plan.consentDigest, config: {}, when: 'now' as const }
      const approve = (name: string) => host.installer.approveUpdate(person(host, name), id, request, 'test')
      expect(await approve('ada')).toBe('waits-for-second')
      expect(await approve('ada')).toBe('waits-for-second')
      await expect(host.installer.update(person(host, 'ada'), id, request, run())).rejects.toMatchObject({
        code: 'INSTALLATION_SECOND_APPROVER',
      })
      expect(await offered(host, id)).toMatchObject({ reasons: ['SECOND_APPROVER'], approvedBy: 'ada' })
      await host.look()
      expect(await versionOf(host, id)).toBe('1.0.1')
      expect(await approve('grace')).toBe('apply')
      await host.installer.update(person(host, 'grace'), id, request, run())
      expect(await versionOf(host, id)).toBe('1.1.0')
    },
    TIMEOUT_MS,
  )
})

describe('an approved update [H7]', () => {
  it(
    'is carried out at its time, in the name of who approved it',
    async () => {
      await using opening = await opened([plain('1.0.0'), wider('1.1.0')])
      const { host, id } = opening
      host.clock.now = new Date('2026-11-21T12:00:00Z')
      const { plan } = await host.installer.planUpdate(host.principal, id, { to: '1.1.0', config: {} })
      const at = new Date('2026-11-21T23:00:00Z')
      const request = { version: '1.1.0', consentDigest: plan.consentDigest, config: {}, when: { at } }
      expect(await host.installer.approveUpdate(person(host, 'ada'), id, request, 'test')).toBe('scheduled')
      await host.look()
      expect(await versionOf(host, id)).toBe('1.0.0')
      expect(await offered(host, id)).toMatchObject({ state: 'approved', notBefore: at })
      host.clock.now = at
      await host.look()
      expect(await versionOf(host, id)).toBe('1.1.0')
      const [last] = (await host.installer.updates(host.workspaceId, id)).history
      expect(last).toMatchObject({ version: '1.1.0', origin: 'manual', by: 'ada' })
    },
    TIMEOUT_MS,
  )
})

describe('going back [H7]', () => {
  it(
    'takes one step, needs no registry, and brings back the settings of that version',
    async () => {
      await using opening = await opened([plain('1.0.0'), plain('1.1.0')], 500)
      const { host, id, follow } = opening
      await host.installer.change(host.principal, id, { config: { greeting: 'old' } }, 'test')
      await host.update(id, '1.1.0')
      await host.installer.change(host.principal, id, { config: { greeting: 'new' } }, 'test')
      host.ports.releases.inspect = () => Promise.reject(new Error('The registry is away.'))
      await host.installer.rollBack(host.principal, id, {}, run())
      expect(await host.store.installations.get(id)).toMatchObject({ version: '1.0.0', config: { greeting: 'old' } })
      expect(host.kernel.status(id)).toMatchObject({ state: 'active', entry: { version: '1.0.0' } })
      const { history, kept } = await host.installer.updates(host.workspaceId, id)
      expect(history[0]).toMatchObject({ origin: 'rollback', version: '1.0.0', before: { version: '1.1.0' } })
      expect(kept).toEqual(['1.1.0'])
      // Nothing takes it there again by itself.
      await follow({ mode: 'channel' })
      await host.look()
      expect(await versionOf(host, id)).toBe('1.0.0')
      expect(await offered(host, id)).toMatchObject({ reasons: ['FAILED_BEFORE'] })
      await expect(host.installer.rollBack(host.principal, id, { version: '0.1.0' }, run())).rejects.toMatchObject({
        code: 'INSTALLATION_NO_ROLLBACK',
      })
    },
    TIMEOUT_MS,
  )

  it(
    'asks for consent where the old version may more',
    async () => {
      await using opening = await opened([wider('1.0.0'), plain('1.1.0')])
      const { host, id } = opening
      await host.update(id, '1.1.0')
      const refusal = await host.installer.rollBack(host.principal, id, {}, run()).catch((error: unknown) => error)
      expect(refusal).toMatchObject({ code: 'INSTALLATION_CONSENT' })
      const { plan } = await host.installer.planUpdate(host.principal, id, { to: '1.0.0', config: {} })
      await host.installer.rollBack(host.principal, id, { consentDigest: plan.consentDigest }, run())
      expect(await versionOf(host, id)).toBe('1.0.0')
    },
    TIMEOUT_MS,
  )
})

describe('a host that dies on probation [H7]', () => {
  let folder = ''
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nexus-probation-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  it(
    'starts with the version before, and says so; one that proved healthy stays',
    async () => {
      const releases = [plain('1.0.0'), plain('1.1.0')]
      let id = ''
      {
        await using host = await openSwapHost(releases, NEVER_MS, undefined, folder)
        id = await host.install('1.0.0')
        await host.update(id, '1.1.0')
        const [change] = await host.store.updates.unfinished()
        expect(change).toMatchObject({ version: '1.1.0', before: { version: '1.0.0' } })
        // As if it had been killed: closing in peace keeps the change, which is then written over.
        await host.kernel[Symbol.asyncDispose]()
        expect(await host.store.updates.unfinished()).toEqual([])
        if (change !== undefined) {
          await host.store.updates.end(change.id, { ...change, outcome: 'probation' })
        }
      }
      await using host = await openSwapHost(releases, NEVER_MS, undefined, folder)
      expect(await settleInterrupted(host.ports)).toBe(1)
      expect(await versionOf(host, id)).toBe('1.0.0')
      const [last] = (await host.installer.updates(host.workspaceId, id)).history
      expect(last).toMatchObject({ version: '1.1.0', outcome: 'rolled-back', code: 'UPDATE_INTERRUPTED' })
      await host.audit.flush()
      const told = await host.audit.find({ workspaceId: host.workspaceId, action: 'plugin.rolled-back', limit: 5 })
      expect(told).toHaveLength(1)
      expect(await settleInterrupted(host.ports)).toBe(0)
    },
    TIMEOUT_MS,
  )
})

describe('labels [H7]', () => {
  it(
    'that are taken are refused when planning',
    async () => {
      await using opening = await opened([plain('1.0.0')])
      const { host } = opening
      const plan = (label: string) =>
        host.installer.plan(host.principal, { pluginId: 'acme/swapped', version: '1.0.0', label, config: {} })
      await expect(plan('swapped')).rejects.toMatchObject({ code: 'INSTALLATION_LABEL' })
      expect((await plan('other')).manifest.version).toBe('1.0.0')
    },
    TIMEOUT_MS,
  )
})
