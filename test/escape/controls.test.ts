import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Grants } from '../../runtime/src/grants/grant.ts'
import { callTool, moduleOf } from './arena.ts'
import { type Place, fetchHandler, networkGrant } from './attempt.ts'
import { type World, RICH_NEIGHBOUR, openWorld, treasures } from './world.ts'

// An attack that fails because nothing works at all proves nothing: here the same doors open for who may pass.

let world: World
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world[Symbol.asyncDispose]())

let count = 0
async function run(body: (place: Place) => string, grants: (place: Place) => Partial<Grants> = () => ({})) {
  const installationId = `control-${(count += 1)}`
  const { granted, internal } = world.servers
  const place = { attacker: installationId, neighbour: RICH_NEIGHBOUR, granted, internal }
  await using sandbox = await world.arena.open(moduleOf(body(place)), {
    installationId,
    grants: grants(place),
    config: { token: 'api-token' },
    limits: { cpuMsPerCall: 2_000 },
  })
  return await callTool(sandbox)
}
const api = (place: Place) => ({ network: [networkGrant(place, 'api.example.com')] })
const url = (place: Place, path: string): string => `http://api.example.com:${place.granted}/${place.attacker}/${path}`

describe('what the escape suite’s doors are for [H3] [H5] [I6]', () => {
  it('a granted host answers, also behind a redirect to itself', async () => {
    expect(await run((place) => fetchHandler(url(place, '')), api)).toBe('got granted')
    expect(await run((place) => fetchHandler(url(place, 'redirect?to=fine')), api)).toBe('got granted')
  })

  it('a wildcard covers names below it', async () => {
    const grants = (place: Place) => ({ network: [networkGrant(place, '*.example.com')] })
    expect(await run((place) => fetchHandler(url(place, '')), grants)).toBe('got granted')
  })

  it('a granted secret is read, or put into a header unseen', async () => {
    const read = () => "return await context.secrets.read('token')"
    expect(await run(read, () => ({ secrets: [{ field: 'token', access: 'read' }] }))).toBe(treasures.secret)
    const use = (place: Place) => ({ ...api(place), secrets: [{ field: 'token', access: 'use' as const }] })
    const request = "{ secretHeaders: { 'x-key': { secret: 'token' } } }"
    expect(await run((place) => fetchHandler(url(place, ''), request), use)).toBe('got granted')
    expect(world.servers.hits.granted.at(-1)?.headers['x-key']).toBe(treasures.secret)
  })

  it('an installation reads and lists what it stored itself', async () => {
    const body = () =>
      "await context.storage.set('k', 'mine'); return [await context.storage.get('k'), (await context.storage.list()).join()].join()"
    expect(await run(body)).toBe('mine,k')
  })

  it('a line of the log says who wrote it, in which call, and looks like no line of the host', async () => {
    await run(() => "console.log('a\\u001b[31m\\r\\u2028b\\u0000c'); return 'x'")
    expect(world.arena.logs.at(-1)).toMatchObject({
      message: 'a [31m  b c',
      installationId: `control-${count}`,
      pluginId: 'acme/attack',
      level: 'info',
      requestId: 'request-1',
    })
  })

  it('two sandboxes of one profile share a cell, one of another profile does not', async () => {
    const sandboxes = {
      first: await world.openBystander('pair-1', 'pair'),
      second: await world.openBystander('pair-2', 'pair'),
      far: await world.far(),
    }
    const ended = new Map<string, string>()
    for (const [name, sandbox] of Object.entries(sandboxes))
      void sandbox.exited.then(({ code }) => ended.set(name, code))
    const fates: string[] = []
    for (const pid of world.arena.host.cells()) {
      const before = new Set(ended.keys())
      process.kill(-pid, 'SIGKILL')
      await expect.poll(() => world.arena.host.cells().includes(pid), { timeout: 10_000 }).toBe(false)
      fates.push([...ended.keys()].filter((name) => !before.has(name)).join())
    }
    expect(fates.filter((fate) => fate !== '').toSorted()).toEqual(['far', 'first,second'])
    expect([...ended.values()]).toEqual(['SANDBOX_CRASHED', 'SANDBOX_CRASHED', 'SANDBOX_CRASHED'])
  })
})
