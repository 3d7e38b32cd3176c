import { createPrivateKey, sign } from 'node:crypto'
import { bundleToJSON } from '@sigstore/bundle'
import { type SignatureBundle, signatureBundle } from '../contract/signature-bundle.ts'
import type { SigningKey } from './keys.ts'

const STATEMENT_TYPE = 'application/vnd.in-toto+json'

/** Signs an in-toto statement as a DSSE envelope in a Sigstore bundle. */
export async function signStatement(statement: unknown, key: SigningKey): Promise<SignatureBundle> {
  // Loaded here: verifying, which every host does at every start, needs none of it.
  const { DSSEBundleBuilder } = await import('@sigstore/sign')
  const privateKey = createPrivateKey(key.privateKey)
  const algorithm = privateKey.asymmetricKeyType === 'ed25519' ? null : 'sha256'
  const builder = new DSSEBundleBuilder({
    signer: {
      sign: async (data) => ({
        signature: sign(algorithm, data, privateKey),
        key: { $case: 'publicKey', publicKey: key.publicKey, hint: key.keyId },
      }),
    },
    witnesses: [],
  })
  const bundle = await builder.create({ data: Buffer.from(JSON.stringify(statement)), type: STATEMENT_TYPE })
  return signatureBundle.parse(bundleToJSON(bundle))
}
