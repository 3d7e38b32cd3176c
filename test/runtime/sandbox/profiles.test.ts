import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { limitsFor } from '../../../runtime/src/sandbox/limits-for.ts'
import { loadProfiles } from '../../../runtime/src/sandbox/load-profiles.ts'

const shipped = resolve(import.meta.dirname, '../../../sandbox-profiles')

describe('sandbox profiles [H6]', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nexus-profiles-'))
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('loads the five shipped profiles', async () => {
    const profiles = await loadProfiles(shipped)
    expect(profiles.list().map(({ name, tier }) => `${name} ${tier}`)).toEqual([
      'process process',
      'standard isolate',
      'strict isolate',
      'trusted isolate',
      'worker worker',
    ])
    expect(profiles.get('standard').limits).toMatchObject({
      memoryMb: 32,
      cpuMsPerCall: 1000,
      wallMsPerCall: 30_000,
      payloadBytes: 1_048_576,
    })
  })

  it('names the profiles there are when asked for another', async () => {
    const profiles = await loadProfiles(shipped)
    expect(() => profiles.get('lax')).toThrow(
      expect.objectContaining({ code: 'SANDBOX_PROFILE_UNKNOWN', message: expect.stringContaining('standard') }),
    )
  })

  it.each([
    ['an unknown member', { extra: 1 }, 'SANDBOX_PROFILE_INVALID'],
    ['a name that is not the file’s', { name: 'other' }, 'SANDBOX_PROFILE_INVALID'],
    ['a limit out of range', { limits: { memoryMb: 1 } }, 'SANDBOX_PROFILE_INVALID'],
    ['a tier there is not', { tier: 'thread' }, 'SANDBOX_PROFILE_INVALID'],
  ])('refuses a file with %s', async (_what, change, code) => {
    const { limits, lifecycle, features } = (await loadProfiles(shipped)).get('standard')
    const profile = {
      name: 'mine',
      lifecycle,
      features,
      title: 'Mine',
      description: 'Mine.',
      tier: 'isolate',
      ...change,
      limits: { ...limits, ...('limits' in change ? change.limits : {}) },
    }
    await writeFile(join(folder, 'mine.json'), JSON.stringify(profile))
    await expect(loadProfiles(folder)).rejects.toMatchObject({ code })
  })

  it('refuses a file that is not JSON and a folder without profiles', async () => {
    await writeFile(join(folder, 'mine.json'), '{')
    await expect(loadProfiles(folder)).rejects.toMatchObject({ code: 'SANDBOX_PROFILE_INVALID' })
    await rm(join(folder, 'mine.json'))
    await expect(loadProfiles(folder)).rejects.toMatchObject({ code: 'SANDBOX_PROFILE_INVALID' })
  })

  it('narrows limits and never widens them', async () => {
    const { limits } = (await loadProfiles(shipped)).get('standard')
    const profile = (await loadProfiles(shipped)).get('standard')
    expect(
      limitsFor(
        profile,
        { memoryMb: 512, cpuMsPerCall: 50 },
        { wallMsPerCall: 1_000, cpuMsPerCall: 60_000, clockResolutionMs: 100 },
      ),
    ).toEqual({
      ...limits,
      cpuMsPerCall: 50,
      wallMsPerCall: 1_000,
      clockResolutionMs: 100,
    })
  })
})
