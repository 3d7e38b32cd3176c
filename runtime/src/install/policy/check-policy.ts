import type { PluginManifest } from '@nexus/plugin-api'
import type { PolicyRefusal, TrustPolicy } from '../../contract/index.ts'
import { satisfiesLicenses } from './licenses.ts'

const HOUR_MS = 3_600_000

/** What the policy judges: every fact of it was verified before, but for the channels, which the registry tells. */
export interface PolicyFacts {
  readonly manifest: Pick<PluginManifest, 'id' | 'version' | 'license'>
  readonly publisherId: string
  readonly isPinned: boolean
  /** When the registry admitted the release. */
  readonly publishedAt: string
  readonly now: Date
  /** Repository of the verified provenance; `undefined` when the release has none. */
  readonly repository: string | undefined
  /** Repository that releases of this plugin came from before. */
  readonly knownRepository: string | undefined
  /** `undefined` when nobody says, as at a start without a network. */
  readonly channels: readonly string[] | undefined
  readonly hasDistSignature: boolean
  readonly isLogged: boolean
  readonly isTarget: boolean
}

/** Every rule that a release breaks, in words for people. Empty: it may be installed. */
export function checkPolicy(policy: TrustPolicy, facts: PolicyFacts): readonly PolicyRefusal[] {
  return [
    ...checkPublisher(policy, facts),
    ...checkBuild(policy, facts),
    ...checkAge(policy, facts),
    ...checkLicense(policy, facts),
    ...checkChannel(policy, facts),
    ...checkWitnesses(policy, facts),
  ]
}

/** The rules that hold for what is installed too: a start refuses what an install would, but for age and channel. */
export function checkPolicyAtStart(policy: TrustPolicy, facts: PolicyFacts): readonly PolicyRefusal[] {
  return [
    ...checkPublisher(policy, facts),
    ...checkBuild(policy, facts),
    ...checkLicense(policy, facts),
    ...checkWitnesses(policy, facts),
  ]
}

function checkPublisher(policy: TrustPolicy, { publisherId, isPinned }: PolicyFacts): readonly PolicyRefusal[] {
  if (policy.blockedPublishers.includes(publisherId)) {
    const message = `Nothing of ${publisherId} may run on this host: the publisher is blocked.`
    return [{ rule: 'blockedPublishers', message, expected: 'a publisher that is not blocked', found: publisherId }]
  }
  if (isPinned || policy.newPublishers === 'ask') return []
  const message = `The publisher ${publisherId} has never been installed here, and this host takes known publishers only. Pin it first: nexus trust pin ${publisherId}`
  return [{ rule: 'newPublishers', message, expected: 'a pinned publisher', found: publisherId }]
}

function checkBuild(policy: TrustPolicy, facts: PolicyFacts): readonly PolicyRefusal[] {
  const { repository, knownRepository } = facts
  const rule = 'provenance'
  if (repository === undefined && policy.provenance === 'required') {
    const message = 'This host takes only releases whose build a service vouches for, and nobody vouches for this one.'
    return [{ rule, message, expected: 'provenance of the build', found: 'none' }]
  }
  if (policy.provenance === 'optional' || knownRepository === undefined || repository === knownRepository) return []
  const message =
    repository === undefined
      ? `Releases of this plugin came with proof that they were built from ${knownRepository}; this one has none.`
      : `Releases of this plugin were built from ${knownRepository}; this one was built from ${repository}.`
  return [{ rule, message, expected: knownRepository, found: repository ?? 'none' }]
}

function checkAge(
  policy: TrustPolicy,
  { manifest, publisherId, publishedAt, now }: PolicyFacts,
): readonly PolicyRefusal[] {
  const { minimumReleaseAgeHours: hours, ageExceptions } = policy
  if (hours === 0 || ageExceptions.includes(publisherId) || ageExceptions.includes(manifest.id)) return []
  const age = (now.getTime() - Date.parse(publishedAt)) / HOUR_MS
  if (age >= hours) return []
  const wait = Math.ceil(hours - age)
  const message = `This release is ${Math.max(0, Math.floor(age))} hours old, and this host waits ${hours}. It can be installed in ${wait} hours.`
  return [{ rule: 'minimumReleaseAgeHours', message, expected: `${hours} hours`, found: `${age.toFixed(1)} hours` }]
}

function checkLicense({ licenses }: TrustPolicy, { manifest }: PolicyFacts): readonly PolicyRefusal[] {
  if (licenses === null || satisfiesLicenses(manifest.license, licenses)) return []
  const expected = licenses.length === 0 ? 'none' : licenses.join(', ')
  const message = `Its licence is ${manifest.license}. This host allows: ${expected}.`
  return [{ rule: 'licenses', message, expected, found: manifest.license }]
}

function checkChannel({ channels }: TrustPolicy, facts: PolicyFacts): readonly PolicyRefusal[] {
  if (channels === null || (facts.channels ?? []).some((channel) => channels.includes(channel))) return []
  const [expected, found] = [channels.join(', ') || 'none', facts.channels?.join(', ') || 'none']
  const message = `It is in these channels: ${found}. This host installs from: ${expected}.`
  return [{ rule: 'channels', message, expected, found }]
}

function checkWitnesses(policy: TrustPolicy, facts: PolicyFacts): readonly PolicyRefusal[] {
  const missing = (rule: PolicyRefusal['rule'], what: string): PolicyRefusal => ({
    rule,
    message: `This host wants ${what}, and the registry shows none.`,
    expected: what,
    found: 'none',
  })
  return [
    ...(policy.requireDistSignature && !facts.hasDistSignature
      ? [missing('requireDistSignature', "the registry's npm signature")]
      : []),
    ...(policy.requireLog && !facts.isLogged ? [missing('requireLog', 'a proof that the release is in the log')] : []),
    ...(policy.requireTuf && !facts.isTarget ? [missing('requireTuf', 'TUF metadata that names the release')] : []),
  ]
}
