import type { FileDigest } from '../bundle/digest.ts'
import type { SignatureBundle } from '../contract/signature-bundle.ts'
import { PUBLISH_PREDICATE, publishStatement } from '../contract/statements.ts'
import type { StatementSigner } from './statement-signer.ts'
import { signStatement } from './sign-statement.ts'
import { type ReleaseSubject, inTotoSubject, publisherOf } from './subject.ts'

/** A release as its publisher describes it. `readBundle` gives all of it. */
export interface SignableRelease extends ReleaseSubject {
  readonly manifestDigest: FileDigest
  readonly toolsDigest: FileDigest
}

/** Signs a release as its publisher. */
export async function signRelease(
  release: SignableRelease,
  signer: StatementSigner,
  now = new Date(),
): Promise<SignatureBundle> {
  const statement = publishStatement.parse({
    _type: 'https://in-toto.io/Statement/v1',
    subject: inTotoSubject(release),
    predicateType: PUBLISH_PREDICATE,
    predicate: {
      id: release.id,
      version: release.version,
      publisher: publisherOf(release.id),
      manifestDigest: release.manifestDigest,
      toolsDigest: release.toolsDigest,
      signedAt: now.toISOString(),
    },
  })
  return signStatement(statement, signer)
}
