import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createAccount } from '../../../registry/src/accounts/create-account.ts'
import { createPublisher } from '../../../registry/src/publishers/create-publisher.ts'
import { checkNewName } from '../../../registry/src/publishers/names/check-new-name.ts'
import { editDistance } from '../../../registry/src/publishers/names/edit-distance.ts'
import { nameDistance } from '../../../registry/src/publishers/names/name-distance.ts'
import { releaseName, reserveName } from '../../../registry/src/publishers/names/reserved-names.ts'
import type { RegistryStore } from '../../../registry/src/store/open-store.ts'
import { packageMembers } from '../../../registry/src/store/rows/account-rows.ts'
import { packages } from '../../../registry/src/store/rows/package-rows.ts'
import { PASSWORD, openTestStore } from '../accounts/open-test-store.ts'
import { REAL_NAMES, SQUATTED } from './real-names.ts'

/** Share of real names, each published beside all the others as popular ones, that a moderator would have to look at. */
const FALSE_POSITIVES = 0.06

async function addPackage(store: RegistryStore, name: string): Promise<void> {
  const now = new Date().toISOString()
  const facts = { access: 'public', revision: 1, requireSecondFactor: false, createdAt: now, modifiedAt: now } as const
  await store.database.getRepository(packages).insert({ name, publisherId: null, ...facts })
}

describe('names that look alike [R5]', () => {
  it.each(SQUATTED)('%s is held beside the popular %s', (squatter, popular) => {
    expect(nameDistance(squatter, { name: popular, popular: true })).toBeLessThan(1)
  })

  it(`holds at most ${FALSE_POSITIVES * 100} % of real names, were all the others popular`, () => {
    const held = REAL_NAMES.filter((name) =>
      REAL_NAMES.some((other) => other !== name && nameDistance(name, { name: other, popular: true }) < 1),
    )
    expect(held.length / REAL_NAMES.length, held.join(' ')).toBeLessThanOrEqual(FALSE_POSITIVES)
  })

  it('holds almost none of them beside names that are only older: those that differ in separators', () => {
    const held = REAL_NAMES.filter((name) =>
      REAL_NAMES.some((other) => other !== name && nameDistance(name, { name: other, popular: false }) < 1),
    )
    expect(held).toEqual(['query-string', 'querystring'])
  })

  it.each([
    ['@acme/web', '@acrne/web', 0],
    ['@acme/web', 'acme-web', 0],
    ['Acme_Web', 'acme-web', 0],
    ['vue2', 'vue', 1],
    ['koa', 'kao', 1],
    ['weather', 'forecast', 1],
  ])('%s and %s are %d apart', (name, other, distance) => {
    expect(nameDistance(name, { name: other, popular: true })).toBe(distance)
  })

  it('counts edits like the textbook: symmetric, zero for the same only, never above the limit and one', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 })
    fc.assert(
      fc.property(word, word, fc.integer({ min: 0, max: 4 }), (left, right, limit) => {
        const distance = editDistance(left, right, limit)
        expect(editDistance(right, left, limit)).toBe(distance)
        expect(distance).toBeLessThanOrEqual(limit + 1)
        expect(distance === 0).toBe(left === right)
      }),
    )
    expect(editDistance('lodash', 'loadsh', 2)).toBe(1)
    expect(editDistance('kitten', 'sitting', 5)).toBe(3)
  })
})

describe('a name before its first publish [R5]', () => {
  it('is held when an older package of somebody else has its skeleton, and not for who owns that one', async () => {
    await using test = await openTestStore({ signUp: 'open' })
    const { id: accountId } = await createAccount(test.store, { name: 'ada', password: PASSWORD })
    await addPackage(test.store, 'weather-tools')
    const createdAt = new Date().toISOString()
    const owner = { packageName: 'weather-tools', accountId, role: 'owner', createdAt } as const
    await test.store.database.getRepository(packageMembers).insert(owner)
    expect(await checkNewName(test.store, undefined, 'weather_tools')).toMatchObject({
      verdict: 'held',
      similarTo: 'weather-tools',
      distance: 0,
    })
    const ada = {
      kind: 'account',
      accountId,
      name: 'ada',
      tokenId: 'none',
      scopes: ['publish'],
      packages: [],
      secondFactor: false,
      automation: false,
      hasSecondFactor: false,
      writesNeedSecondFactor: false,
    } as const
    expect(await checkNewName(test.store, ada, 'weather_tools')).toMatchObject({ verdict: 'free' })
  })

  it('is held when it is one slip from a name that everybody knows, which itself is free', async () => {
    await using test = await openTestStore()
    expect(await checkNewName(test.store, undefined, 'expres')).toMatchObject({ verdict: 'held', similarTo: 'express' })
    expect(await checkNewName(test.store, undefined, 'express')).toMatchObject({ verdict: 'free' })
    expect(await checkNewName(test.store, undefined, '@micros0ft/tools')).toMatchObject({
      verdict: 'held',
      similarTo: '@microsoft',
    })
  })

  it('is judged by its scope when it has one: a new publisher like an old one is held, a package of its own is not', async () => {
    await using test = await openTestStore()
    await createPublisher(test.store, { id: 'my-forecast', displayName: 'F' })
    expect(await checkNewName(test.store, undefined, '@myforecast/web')).toMatchObject({
      verdict: 'held',
      similarTo: '@my-forecast',
    })
    expect(await checkNewName(test.store, undefined, '@my-forecast/expres')).toMatchObject({ verdict: 'free' })
  })

  it('forgets a name whose publish came to nothing', async () => {
    await using test = await openTestStore()
    expect(await checkNewName(test.store, undefined, 'sunny-days')).toMatchObject({ verdict: 'free' })
    expect(await checkNewName(test.store, undefined, 'sunny_days')).toMatchObject({ verdict: 'free' })
  })

  it('is reserved when Node, npm or the admin has it', async () => {
    await using test = await openTestStore()
    for (const name of ['fs', 'node_modules', 'favicon.ico', '@nexus/tools']) {
      expect(await checkNewName(test.store, undefined, name)).toMatchObject({ verdict: 'reserved' })
    }
    await reserveName(test.store, 'acme', 'a trade mark')
    expect(await checkNewName(test.store, undefined, '@acme/web')).toMatchObject({ verdict: 'reserved' })
    await releaseName(test.store, 'acme')
    expect(await checkNewName(test.store, undefined, '@acme/web')).toMatchObject({ verdict: 'free' })
  })

  it('is taken when it exists', async () => {
    await using test = await openTestStore()
    await addPackage(test.store, 'weather')
    expect(await checkNewName(test.store, undefined, 'weather')).toMatchObject({ verdict: 'taken' })
  })
})
