import { type FileDigest, canonicalJson, digestFile } from '../bundle/digest.ts'
import type { SignatureBundle } from '../contract/signature-bundle.ts'
import { ADMISSION_PREDICATE, type ScanVerdict, admissionStatement } from '../contract/statements.ts'
import type { SigningKey } from './keys.ts'
import { signStatement } from './sign-statement.ts'
import { type ReleaseSubject, inTotoSubject } from './subject.ts'

/**
 * Countersigns a release as the registry: these bytes, with this publisher's signature, were admitted at this time, and
 * this is what the checks found.
 */
export async function signAdmission(
  subject: ReleaseSubject,
  publisherSignature: SignatureBundle,
  key: SigningKey,
  publishedAt: Date,
  scan?: ScanVerdict,
): Promise<SignatureBundle> {
  const statement = admissionStatement.parse({
    _type: 'https://in-toto.io/Statement/v1',
    subject: inTotoSubject(subject),
    predicateType: ADMISSION_PREDICATE,
    predicate: {
      id: subject.id,
      version: subject.version,
      bundleDigest: subject.bundleDigest,
      publishedAt: publishedAt.toISOString(),
      verdict: 'admitted',
      publisherSignatureDigest: digestSignature(publisherSignature),
      ...(scan === undefined ? {} : { scan }),
    },
  })
  return signStatement(statement, key)
}

/** `sha256:` of a signature bundle in canonical JSON, so that a registry cannot pass off another signature. */
export function digestSignature(bundle: SignatureBundle): FileDigest {
  return digestFile(canonicalJson(bundle))
}
