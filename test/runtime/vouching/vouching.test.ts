import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { registryRoutes } from '@nexus/registry/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Principal } from '../../../runtime/src/identity/principal.ts'
import { createRegistryCaller } from '../../../runtime/src/install/index.ts'
import { createLogger } from '../../../runtime/src/telemetry/index.ts'
import {
  createAdvisoryCopy,
  createPeople,
  createVouch,
  loadHostKey,
  openChoices,
  openStatisticsReporter,
} from '../../../runtime/src/vouching/index.ts'
import { pseudonymOf } from '../../../runtime/src/vouching/sign-statement.ts'
import { signedPlugin } from '../../registry/fixtures.ts'
import { ADMIN_TOKEN, openTestRegistry } from '../../registry/http/open-test-registry.ts'

const logger = createLogger({ level: 'silent' })

const principal = (userId: string | undefined, change: Partial<Principal> = {}): Principal => ({
  id: `user:${userId}`,
  userId,
  tokenId: undefined,
  displayName: 'Somebody',
  workspaceId: 'w1',
  roles: ['member'],
  permissions: new Set(),
  ...change,
})

describe('a host that vouches for its people [R8]', () => {
  let registry: Awaited<ReturnType<typeof openTestRegistry>>
  let dataDir: string
  const stack = new AsyncDisposableStack()
  let parts: Parameters<typeof createPeople>[0]
  let people: ReturnType<typeof createPeople>
  const rows: { workspaceId: string; pluginId: string; version: string; bundleDigest: string; enabled: boolean }[] = []
  const installations = async () => rows as never
  beforeAll(async () => {
    registry = await openTestRegistry()
    dataDir = await mkdtemp(join(tmpdir(), 'nexus-vouching-'))
    for (const version of ['1.0.0', '1.2.3']) {
      const release = await signedPlugin(registry.key, { manifest: { id: 'acme/weather', version } })
      await registry.publish(release)
      if (version === '1.0.0')
        rows.push({
          workspaceId: 'w1',
          pluginId: 'acme/weather',
          version,
          bundleDigest: release.digests.bundle,
          enabled: true,
        })
    }
    const caller = stack.use(createRegistryCaller(registry.url()))
    const { keys } = (await caller.call(registryRoutes.trustRoot)).registry
    const key = await loadHostKey(join(dataDir, 'keys', 'vouching.json'))
    parts = {
      caller,
      key,
      vouch: createVouch(caller, key, () => keys[0]?.keyId ?? ''),
      secrets: { revealOwn: async (_workspace, owner) => (owner === 'moderator' ? ADMIN_TOKEN : undefined) },
      adminToken: undefined,
      installations: async (workspaceId) => rows.filter((row) => row.workspaceId === workspaceId) as never,
    }
    people = createPeople(parts)
  })
  afterAll(async () => {
    await stack.disposeAsync()
    await registry[Symbol.asyncDispose]()
    await rm(dataDir, { recursive: true, force: true })
  })

  it('makes itself known by itself, and lets a person with the plugin installed rate it', async () => {
    const before = await people.mine(principal('ada'), 'acme/weather')
    expect(before).toEqual({ votes: [], mayRate: true })
    const mine = await people.put(principal('ada'), 'acme/weather', { rating: 4, text: 'Good.' })
    expect(mine.review).toMatchObject({ rating: 4, text: 'Good.', version: '1.0.0' })
    expect((await people.reviews('acme/weather', {})).rating).toMatchObject({ average: 4, count: 1 })
  })

  it('vouches for nobody whose workspace does not have it, and for no plugin or host', async () => {
    const elsewhere = principal('ada', { workspaceId: 'w2' })
    expect(await people.mine(elsewhere, 'acme/weather')).toEqual({ votes: [], mayRate: false })
    await expect(people.put(elsewhere, 'acme/weather', { rating: 1 })).rejects.toMatchObject({
      code: 'REVIEW_NOT_INSTALLED',
    })
    await expect(people.put(principal(undefined), 'acme/weather', { rating: 1 })).rejects.toMatchObject({
      code: 'REVIEW_NO_PERSON',
    })
  })

  it('gives a person another pseudonym at every plugin, workspace and host', async () => {
    const other = await loadHostKey(join(dataDir, 'keys', 'other.json'))
    const who = { workspaceId: 'w1', userId: 'ada', pluginId: 'acme/weather' }
    const names = [
      pseudonymOf(parts.key, who),
      pseudonymOf(parts.key, { ...who, pluginId: 'acme/other' }),
      pseudonymOf(parts.key, { ...who, workspaceId: 'w2' }),
      pseudonymOf(parts.key, { ...who, userId: 'bob' }),
      pseudonymOf(other, who),
    ]
    expect(new Set(names).size).toBe(5)
    expect(pseudonymOf(parts.key, who)).toBe(names[0])
  })

  it('passes votes, reports and appeals on, and moderation only with a token of the registry', async () => {
    const [shown] = (await people.reviews('acme/weather', {})).items
    expect((await people.vote(principal('bob'), 'acme/weather', shown?.id ?? '', true)).votes).toEqual([shown?.id])
    await people.report(principal('bob'), 'acme/weather', { reason: 'abuse', ...(shown && { reviewId: shown.id }) })
    await expect(people.cases(principal('bob'))).rejects.toMatchObject({ code: 'REGISTRY_TOKEN_MISSING' })
    const moderator = principal('moderator')
    expect(await people.cases(moderator)).toMatchObject([{ target: 'review', reports: [{ reason: 'abuse' }] }])
    await people.moderate(moderator, {
      plugin: 'acme/weather',
      action: 'hide',
      reason: 'Rude.',
      ...(shown && { reviewId: shown.id }),
    })
    expect((await people.mine(principal('ada'), 'acme/weather')).review?.hidden).toMatchObject({ reason: 'Rude.' })
    expect((await people.appeal(principal('ada'), 'acme/weather', 'It was not.')).review?.appeal).toMatchObject({
      text: 'It was not.',
    })
    await people.moderate(moderator, {
      plugin: 'acme/weather',
      action: 'restore',
      reason: 'Right.',
      ...(shown && { reviewId: shown.id }),
    })
    await people.reply(moderator, 'acme/weather', shown?.id ?? '', 'Thank you.')
    expect((await people.reviews('acme/weather', {})).items[0]?.reply?.text).toBe('Thank you.')
  })

  it('uses the admin token of its own registry for admins of the host only', async () => {
    const embedded = createPeople({ ...parts, adminToken: ADMIN_TOKEN })
    expect(await embedded.cases(principal('root', { roles: ['admin'] }))).toEqual([])
    await expect(embedded.cases(principal('bob'))).rejects.toMatchObject({ code: 'REGISTRY_TOKEN_MISSING' })
  })

  it('finds installations that an advisory is about without telling what is installed', async () => {
    using copy = createAdvisoryCopy(parts.caller, logger)
    await copy.refresh()
    expect(copy.affecting('acme/weather', '1.0.0')).toEqual([])
    const advisory = { range: '<1.2.3', severity: 'high', title: 'Leak', text: 'It leaks.', fixedVersion: '1.2.3' }
    const sent = await registry.send('POST', '/api/v1/plugins/acme/weather/advisories', {
      token: ADMIN_TOKEN,
      json: advisory,
    })
    await copy.refresh()
    expect(copy.affecting('acme/weather', '1.0.0')).toMatchObject([{ title: 'Leak', fixedVersion: '1.2.3' }])
    expect(copy.affecting('acme/weather', '1.2.3')).toEqual([])
    expect(await copy.ofPlugin('acme/weather')).toHaveLength(1)
    await registry.send('POST', `/api/v1/advisories/${Object(sent.body).id}/withdrawal`, {
      token: ADMIN_TOKEN,
      json: { reason: 'No.' },
    })
    await copy.refresh()
    expect(copy.affecting('acme/weather', '1.0.0')).toEqual([])
  })

  it('counts installations once a day, and not at all when the operator said no', async () => {
    const choices = await openChoices(dataDir)
    await choices.change({ statistics: false })
    using silent = openStatisticsReporter({ ...parts, choices, logger, installations })
    await silent.report()
    expect((await people.statistics('acme/weather')).installations.latest).toBe(0)
    await choices.change({ statistics: true })
    using reporter = openStatisticsReporter({ ...parts, choices, logger, installations })
    await reporter.report()
    await reporter.report()
    expect((await people.statistics('acme/weather')).installations.latest).toBe(1)
    expect((await openChoices(dataDir)).get()).toMatchObject({ statistics: true, lastReport: expect.any(String) })
  })

  it('keeps its key to itself, across restarts, and refuses one that was damaged', async () => {
    const path = join(dataDir, 'keys', 'vouching.json')
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect((await loadHostKey(path)).publicKey).toBe(parts.key.publicKey)
    const broken = join(dataDir, 'keys', 'broken.json')
    await writeFile(broken, (await readFile(path, 'utf8')).slice(0, 50))
    await expect(loadHostKey(broken)).rejects.toMatchObject({ code: 'HOST_KEY_INVALID' })
  })
})
