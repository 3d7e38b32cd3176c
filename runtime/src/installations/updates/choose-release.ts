import { createHash } from 'node:crypto'
import { compare, gt, lte, major, minor, prerelease, valid } from 'semver'
import type { UpdateSettingRow } from '../../store/update.ts'
import type { ListedRelease, PluginFacts } from './registry-facts.ts'

export const DEFAULT_CHANNEL = 'latest'

/** Why a newer release is not taken yet. */
export type Hindrance =
  | { readonly code: 'AGE'; readonly until: Date }
  | { readonly code: 'ROLLOUT' }
  | { readonly code: 'FAILED_BEFORE' }
  | { readonly code: 'DECLINED' }

export interface Candidate {
  readonly release: ListedRelease
  readonly hindrance: Hindrance | undefined
}

export interface ChooseInput {
  readonly current: string
  readonly setting: Pick<UpdateSettingRow, 'mode' | 'channel'>
  readonly facts: Pick<PluginFacts, 'releases' | 'channels'>
  /** Why this host does not take a release by itself now. */
  readonly hindranceOf: (release: ListedRelease) => Hindrance | undefined
}

/**
 * The release that an installation goes to by itself: the newest that its setting allows and nothing hinders; when all
 * are hindered, the newest of them with its hindrance. `undefined` when there is none. Never an older one.
 */
export function chooseRelease(input: ChooseInput): Candidate | undefined {
  const candidates = newerReleases(input).map((release) => ({ release, hindrance: input.hindranceOf(release) }))
  return candidates.find(({ hindrance }) => hindrance === undefined) ?? candidates[0]
}

/** Newest first. */
function newerReleases({ current, setting, facts }: ChooseInput): readonly ListedRelease[] {
  const { mode, channel = DEFAULT_CHANNEL } = setting
  const points = facts.channels[channel]
  // Without its channels a registry can still say what is newest.
  if (points === undefined && channel !== DEFAULT_CHANNEL) return []
  const usable = facts.releases.filter(
    ({ version, yanked, revoked }) => valid(version) !== null && !yanked && !revoked && gt(version, current),
  )
  if (mode === 'channel' && points !== undefined) return usable.filter(({ version }) => version === points)
  return usable
    .filter(({ version }) => points === undefined || lte(version, points))
    .filter(({ version }) => prerelease(version) === null || prerelease(current) !== null || version === points)
    .filter(({ version }) => mode === 'channel' || isWithinMode(mode, current, version))
    .toSorted((left, right) => compare(right.version, left.version))
}

function isWithinMode(mode: UpdateSettingRow['mode'], current: string, version: string): boolean {
  if (mode === 'off' || major(version) !== major(current)) return false
  return mode === 'minor' || minor(version) === minor(current)
}

/** Does this host take a release that is rolled out to so many percent? Always the same answer for one of each. */
export function isInCohort(hostId: string, installationId: string, version: string, percent: number): boolean {
  return cohortOf(hostId, installationId, version) < percent
}

/** 0 to below 100, spread evenly; a host that is early for one version is not early for the next. */
export function cohortOf(hostId: string, installationId: string, version: string): number {
  const digest = createHash('sha256').update(`${hostId}\0${installationId}\0${version}`).digest()
  return (digest.readUInt32BE(0) / 2 ** 32) * 100
}
