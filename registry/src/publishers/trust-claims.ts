import type { TrustClaims, TrustKind } from '../contract/namespaces.ts'
import { publisherError } from './errors.ts'

export const GITHUB_ISSUER = 'https://token.actions.githubusercontent.com'
export const GITLAB_ISSUER = 'https://gitlab.com'

interface Kind {
  readonly issuer?: string
  /** Claims without which anybody's workflow would be trusted. */
  readonly needed: readonly string[]
  /** Where the reference to a workflow file stands and what it begins with. */
  readonly workflow?: { readonly claim: string; prefix(claims: TrustClaims, issuer: string): string }
}

const KINDS: Readonly<Record<TrustKind, Kind>> = {
  github: {
    issuer: GITHUB_ISSUER,
    needed: ['repository', 'workflow_ref'],
    // octo-org/octo-repo/.github/workflows/release.yml@refs/heads/main
    workflow: { claim: 'workflow_ref', prefix: (claims) => `${textOf(claims, 'repository')}/.github/workflows/` },
  },
  gitlab: {
    issuer: GITLAB_ISSUER,
    needed: ['project_path', 'ci_config_ref_uri'],
    // gitlab.com/group/project//.gitlab-ci.yml@refs/heads/main
    workflow: {
      claim: 'ci_config_ref_uri',
      prefix: (claims, issuer) => `${new URL(issuer).host}/${textOf(claims, 'project_path')}//`,
    },
  },
  oidc: { needed: ['sub'] },
}

function textOf(claims: TrustClaims, name: string): string {
  const value = claims[name]
  return typeof value === 'string' ? value : ''
}

/** The issuer of a kind unless another is named. */
export function issuerOf(kind: TrustKind, issuer: string | undefined): string {
  const found = issuer ?? KINDS[kind].issuer
  if (found !== undefined) return found
  throw publisherError('TRUST_INVALID', 'Expected the issuer of the identity, found none. Name it.')
}

/** Refuses trust in claims that anybody could have. */
export function checkTrustClaims(kind: TrustKind, claims: TrustClaims): void {
  const { needed, workflow } = KINDS[kind]
  const missing = needed.filter((name) => claims[name] === undefined)
  const misplaced = Object.entries(claims).filter(
    ([name, value]) => (typeof value === 'object') !== (name === workflow?.claim),
  )
  if (missing.length === 0 && misplaced.length === 0) return
  throw publisherError(
    'TRUST_INVALID',
    `Expected the claims ${needed.join(' and ')}${workflow === undefined ? '' : `, ${workflow.claim} with a file`}, found others.`,
    { details: { missing, misplaced: misplaced.map(([name]) => name) } },
  )
}

/** True when the identity carries every claim, exactly. */
export function matchesTrust(
  trust: { readonly kind: TrustKind; readonly issuer: string; readonly claims: TrustClaims },
  identity: Readonly<Record<string, unknown>>,
): boolean {
  const { workflow } = KINDS[trust.kind]
  return Object.entries(trust.claims).every(([name, expected]) => {
    const found = identity[name]
    if (typeof expected === 'string') return found === expected
    if (workflow?.claim !== name || typeof found !== 'string') return false
    // What follows the file is the ref, which may hold an `@` too; the file may not.
    return found.startsWith(`${workflow.prefix(trust.claims, trust.issuer)}${expected.file}@`)
  })
}
