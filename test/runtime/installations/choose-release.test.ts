import fc from 'fast-check'
import { gt, major, minor } from 'semver'
import { describe, expect, it } from 'vitest'
import { changelogBetween } from '../../../runtime/src/installations/updates/changelog-between.ts'
import { chooseRelease, cohortOf, isInCohort } from '../../../runtime/src/installations/updates/choose-release.ts'
import type { ListedRelease } from '../../../runtime/src/installations/updates/registry-facts.ts'
import { isWithin, nextOpening, windowIssue } from '../../../runtime/src/schedule/index.ts'

const listed = (version: string, more: Partial<ListedRelease> = {}): ListedRelease => ({
  version,
  publishedAt: new Date(0),
  sizeBytes: 1,
  yanked: false,
  revoked: false,
  rolloutPercent: 100,
  ...more,
})

describe('the release that an installation goes to by itself [H7]', () => {
  it('is newer, offered, and within what was allowed, whatever there is', () => {
    const version = fc
      .tuple(fc.nat(3), fc.nat(3), fc.nat(3), fc.boolean())
      .map(([a, b, c, isBeta]) => `${a}.${b}.${c}${isBeta ? '-beta.1' : ''}`)
    const release = fc.record({ version, yanked: fc.boolean(), revoked: fc.boolean() })
    const mode = fc.constantFrom('patch' as const, 'minor' as const, 'channel' as const)
    fc.assert(
      fc.property(
        version,
        fc.array(release, { maxLength: 12 }),
        mode,
        fc.option(version),
        (current, found, how, points) => {
          const releases = found.map(({ version: one, ...more }) => listed(one, more))
          const chosen = chooseRelease({
            current,
            setting: { mode: how, channel: undefined },
            facts: { releases, channels: points === null ? {} : { latest: points } },
            hindranceOf: () => undefined,
          })?.release
          if (chosen === undefined) return
          expect(gt(chosen.version, current)).toBe(true)
          expect(chosen.yanked || chosen.revoked).toBe(false)
          if (how !== 'channel') expect(major(chosen.version)).toBe(major(current))
          if (how === 'patch') expect(minor(chosen.version)).toBe(minor(current))
          if (points !== null) expect(gt(chosen.version, points)).toBe(false)
          if (points !== null && how === 'channel') expect(chosen.version).toBe(points)
        },
      ),
      { numRuns: 2_000 },
    )
  })

  it('is none in a channel that the registry does not know', () => {
    const facts = { releases: [listed('2.0.0')], channels: { latest: '2.0.0' } }
    const input = { current: '1.0.0', facts, hindranceOf: () => undefined }
    expect(chooseRelease({ ...input, setting: { mode: 'channel', channel: 'beta' } })).toBeUndefined()
  })
})

describe('the cohorts of a staged roll-out [H7]', () => {
  it('hold their share of hosts, stay the same, and only grow', () => {
    const hosts = Array.from({ length: 4_000 }, (_, index) => `host-${index}`)
    const share = (percent: number) =>
      hosts.filter((host) => isInCohort(host, 'i', '1.0.0', percent)).length / hosts.length
    for (const percent of [0, 1, 10, 50, 99, 100]) expect(Math.abs(share(percent) - percent / 100)).toBeLessThan(0.03)
    expect([share(0), share(100)]).toEqual([0, 1])
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.nat(100), fc.nat(100), (host, installation, one, other) => {
        const [less, more] = [Math.min(one, other), Math.max(one, other)]
        if (isInCohort(host, installation, '1.0.0', less)) {
          expect(isInCohort(host, installation, '1.0.0', more)).toBe(true)
        }
        expect(cohortOf(host, installation, '1.0.0')).toBe(cohortOf(host, installation, '1.0.0'))
      }),
    )
  })
})

describe('the changelog of an update [H7]', () => {
  const html = '<h1>Changes</h1><h2>[1.2.0] - 2026</h2><p>c</p><h2>v1.1.0</h2><p>b</p><h2>1.0.0</h2><p>a</p>'

  it('is the part between the versions', () => {
    expect(changelogBetween(html, '1.0.0', '1.2.0')).toBe('<h2>[1.2.0] - 2026</h2><p>c</p><h2>v1.1.0</h2><p>b</p>')
    expect(changelogBetween(html, '1.1.0', '1.2.0')).toBe('<h2>[1.2.0] - 2026</h2><p>c</p>')
  })

  it('is whole where no heading names a version, and empty for the way back', () => {
    expect(changelogBetween('<p>News.</p>', '1.0.0', '1.1.0')).toBe('<p>News.</p>')
    expect(changelogBetween(html, '1.2.0', '1.0.0')).toBe('')
  })
})

describe('time windows [H7]', () => {
  const nightly = { cron: '0 3 * * *', minutes: 60, timeZone: 'Europe/Berlin' }

  it('open in their own time zone and close after their minutes', () => {
    expect(isWithin(nightly, new Date('2026-11-22T01:59:59Z'))).toBe(false)
    expect(isWithin(nightly, new Date('2026-11-22T02:00:00Z'))).toBe(true)
    expect(isWithin(nightly, new Date('2026-11-22T02:59:59Z'))).toBe(true)
    expect(isWithin(nightly, new Date('2026-11-22T03:00:01Z'))).toBe(false)
    expect(nextOpening(nightly, new Date('2026-11-22T03:00:01Z'))).toEqual(new Date('2026-11-23T02:00:00Z'))
  })

  it('must be such that they open', () => {
    expect(windowIssue(nightly)).toBeUndefined()
    expect(windowIssue({ cron: 'nonsense', minutes: 5 })).toMatch(/^Expected five fields/)
    expect(windowIssue({ ...nightly, timeZone: 'Europe/Nowhere' })).toMatch(/^Expected five fields/)
  })
})
