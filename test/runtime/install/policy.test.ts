import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TrustPolicyChange, schemas } from '../../../runtime/src/contract/index.ts'
import { openPolicy } from '../../../runtime/src/install/index.ts'
import { type PolicyFacts, checkPolicy, checkPolicyAtStart } from '../../../runtime/src/install/policy/check-policy.ts'
import { satisfiesLicenses } from '../../../runtime/src/install/policy/licenses.ts'

let dataDir = ''
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'nexus-policy-'))
})
afterAll(() => rm(dataDir, { recursive: true }))

const now = new Date('2026-06-01T12:00:00.000Z')
const facts: PolicyFacts = {
  manifest: { id: 'acme/weather', version: '1.0.0', license: 'MIT' },
  publisherId: 'acme',
  isPinned: true,
  publishedAt: '2026-06-01T06:00:00.000Z',
  now,
  repository: undefined,
  knownRepository: undefined,
  channels: ['latest'],
  hasDistSignature: true,
  isLogged: true,
  isTarget: true,
}
const rulesOf = (change: TrustPolicyChange, about: Partial<PolicyFacts> = {}, check = checkPolicy) =>
  check(schemas.trustPolicy.parse(change), { ...facts, ...about }).map(({ rule }) => rule)

describe('the policy of a host [H8]', () => {
  it('allows a release that everybody vouched for, with the values that hold when nobody wrote any', () => {
    expect(rulesOf({})).toEqual([])
    expect(schemas.trustPolicy.parse({})).toEqual({
      version: 1,
      newPublishers: 'ask',
      blockedPublishers: [],
      provenance: 'keep',
      minimumReleaseAgeHours: 0,
      ageExceptions: ['nexus'],
      licenses: null,
      channels: null,
      requireDistSignature: true,
      requireLog: true,
      requireTuf: true,
    })
  })

  const repository = 'https://github.com/acme/weather'
  it.each<[string, TrustPolicyChange, Partial<PolicyFacts>, string[]]>([
    ['of a blocked publisher', { blockedPublishers: ['acme'] }, {}, ['blockedPublishers']],
    [
      'of a new publisher where only known ones may',
      { newPublishers: 'refuse' },
      { isPinned: false },
      ['newPublishers'],
    ],
    ['without provenance where it is required', { provenance: 'required' }, {}, ['provenance']],
    ['without the provenance that earlier ones had', {}, { knownRepository: repository }, ['provenance']],
    [
      'built from another repository',
      {},
      { knownRepository: repository, repository: 'https://github.com/evil/x' },
      ['provenance'],
    ],
    ['that is too young', { minimumReleaseAgeHours: 24 }, {}, ['minimumReleaseAgeHours']],
    ['with another licence', { licenses: ['Apache-2.0'] }, {}, ['licenses']],
    ['from another channel', { channels: ['stable'] }, {}, ['channels']],
    ['from no channel', { channels: ['latest'] }, { channels: undefined }, ['channels']],
    ['that is in no log', {}, { isLogged: false }, ['requireLog']],
    ['that TUF does not name', {}, { isTarget: false }, ['requireTuf']],
    ["without npm's signature", {}, { hasDistSignature: false }, ['requireDistSignature']],
    [
      'for every reason at once',
      { blockedPublishers: ['acme'], licenses: [] },
      { isLogged: false },
      ['blockedPublishers', 'licenses', 'requireLog'],
    ],
  ])('refuses a release %s, in words', (_, change, about, rules) => {
    expect(rulesOf(change, about)).toEqual(rules)
    for (const refusal of checkPolicy(schemas.trustPolicy.parse(change), { ...facts, ...about })) {
      expect(schemas.policyRefusal.parse(refusal).message).toMatch(/^[A-Z].*[.\w]$/)
    }
  })

  it.each<[string, TrustPolicyChange, Partial<PolicyFacts>]>([
    ['old enough', { minimumReleaseAgeHours: 6 }, {}],
    ['of a publisher that need not wait', { minimumReleaseAgeHours: 24, ageExceptions: ['acme'] }, {}],
    ['that need not wait itself', { minimumReleaseAgeHours: 24, ageExceptions: ['acme/weather'] }, {}],
    ['with the same repository', {}, { knownRepository: repository, repository }],
    ['without provenance where that is only shown', { provenance: 'optional' }, { knownRepository: repository }],
    ['from one of its channels', { channels: ['beta', 'latest'] }, {}],
  ])('allows a release %s', (_, change, about) => {
    expect(rulesOf(change, about)).toEqual([])
  })

  it('asks at a start what can change for what is installed, not its age and channel', () => {
    const young = { minimumReleaseAgeHours: 24, channels: ['stable'] }
    expect(rulesOf(young, { channels: undefined }, checkPolicyAtStart)).toEqual([])
    expect(rulesOf({ blockedPublishers: ['acme'], licenses: [] }, {}, checkPolicyAtStart)).toEqual([
      'blockedPublishers',
      'licenses',
    ])
  })
})

describe('licences [H8]', () => {
  it.each([
    ['MIT', true],
    ['mit', true],
    ['GPL-3.0-only', false],
    ['MIT OR GPL-3.0-only', true],
    ['MIT AND GPL-3.0-only', false],
    ['(MIT OR GPL-3.0-only) AND Apache-2.0', true],
    ['MIT AND (GPL-3.0-only OR Apache-2.0)', true],
    ['GPL-3.0-only OR GPL-2.0-only AND MIT', false],
    ['Apache-2.0 WITH LLVM-exception', true],
    ['Apache-2.0+', true],
    ['', false],
    ['MIT OR', false],
    ['(MIT', false],
    ['MIT)', false],
    ['MIT MIT', false],
    ['SEE LICENSE IN LICENSE', false],
    ['MIT; rm', false],
  ])('takes `%s` with MIT and Apache-2.0 allowed: %s', (expression, expected) => {
    expect(satisfiesLicenses(expression, ['MIT', 'Apache-2.0'])).toBe(expected)
  })

  it('reads anything without an accident, and nothing satisfies an empty list', () => {
    const token = fc.constantFrom('MIT', 'AND', 'OR', 'WITH', '(', ')', 'x', ' ')
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(token).map((parts) => parts.join(' ')),
        ),
        (expression) => {
          expect(satisfiesLicenses(expression, [])).toBe(false)
        },
      ),
    )
  })
})

describe('the policy file [H8]', () => {
  it('is made by the first change, for its owner only, and survives a restart', async () => {
    const store = await openPolicy(dataDir)
    expect(store.policy.licenses).toBeNull()
    await store.set({ licenses: ['MIT'], minimumReleaseAgeHours: 48 })
    const path = join(dataDir, 'trust-policy.json')
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ licenses: ['MIT'], provenance: 'keep' })
    expect((await openPolicy(dataDir)).policy.minimumReleaseAgeHours).toBe(48)
  })

  it.each([
    ['no JSON', '{'],
    ['an unknown rule', '{"alowEverything":true}'],
    ['a rule of another type', '{"requireLog":"no"}'],
    ['another version', '{"version":2}'],
  ])('refuses %s: a damaged policy is no policy', async (_, text) => {
    await writeFile(join(dataDir, 'trust-policy.json'), text)
    await expect(openPolicy(dataDir)).rejects.toMatchObject({ code: 'TRUST_POLICY_INVALID' })
  })
})
