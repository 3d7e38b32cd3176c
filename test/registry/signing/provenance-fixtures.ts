import type { SignatureBundle } from '@nexus/registry/contract'
import { type ReleaseSubject, purlOf } from '@nexus/registry/signing'
import { signStatement } from '../../../registry/src/signing/sign-statement.ts'
import type { LocalSigstore } from './local-sigstore.ts'

/** What a build service says of a run. */
export const BUILD = {
  iss: 'https://token.actions.githubusercontent.com',
  sub: 'https://github.com/acme/weather/.github/workflows/release.yml@refs/tags/v1.0.0',
  repository: 'acme/weather',
  ref: 'refs/tags/v1.0.0',
  sha: '0123456789abcdef0123456789abcdef01234567',
  run_id: '42',
  run_attempt: '1',
  runner_environment: 'github-hosted',
  email: undefined,
  email_verified: undefined,
} as const

/** SLSA provenance for a release, as a workflow makes it; with changes for those who lie. */
export async function provenanceOf(
  instance: LocalSigstore,
  subject: ReleaseSubject,
  change: { readonly claims?: object; readonly statement?: object } = {},
): Promise<SignatureBundle> {
  const statement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: purlOf(subject), digest: { sha512: subject.bundleDigest.slice('sha512:'.length) } }],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: { buildDefinition: {}, runDetails: {} },
    ...change.statement,
  }
  return await signStatement(statement, instance.signer({ ...BUILD, ...change.claims }))
}
