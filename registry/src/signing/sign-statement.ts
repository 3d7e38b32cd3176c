import { bundleToJSON } from '@sigstore/bundle'
import { type SignatureBundle, signatureBundle } from '../contract/signature-bundle.ts'
import { signingError } from './errors.ts'
import { type StatementSigner, openSigner } from './statement-signer.ts'

const STATEMENT_TYPE = 'application/vnd.in-toto+json'

/** Signs an in-toto statement as a DSSE envelope in a Sigstore bundle. Fails with `SIGNING_FAILED`. */
export async function signStatement(statement: unknown, signer: StatementSigner): Promise<SignatureBundle> {
  const { DSSEBundleBuilder } = await import('@sigstore/sign')
  const builder = new DSSEBundleBuilder(await openSigner(signer))
  try {
    const bundle = await builder.create({ data: Buffer.from(JSON.stringify(statement)), type: STATEMENT_TYPE })
    return signatureBundle.parse(bundleToJSON(bundle))
  } catch (error) {
    // No cause, no message of it: the library puts the identity token, which is a secret, into both.
    const found = error instanceof Error && 'code' in error ? String(error.code) : 'a signature that is not understood'
    throw signingError(
      'SIGNING_FAILED',
      `Expected the statement to be signed, found ${found}. ${ADVICE[found] ?? ''}`.trim(),
      {
        details: { found },
      },
    )
  }
}

/** What to do about the failures that people can mend. */
const ADVICE: Readonly<Record<string, string>> = {
  IDENTITY_TOKEN_READ_ERROR:
    'Give an identity token, or run in a build service that has one (in GitHub Actions: `permissions: id-token: write`).',
  IDENTITY_TOKEN_PARSE_ERROR: 'The identity token is no OpenID Connect token with a subject.',
  CA_CREATE_SIGNING_CERTIFICATE_ERROR: 'The certificate authority did not answer or did not accept the token.',
  TLOG_CREATE_ENTRY_ERROR: 'The transparency log did not answer or did not accept the entry.',
  TSA_CREATE_TIMESTAMP_ERROR: 'The time stamp service did not answer.',
}
