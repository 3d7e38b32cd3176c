import { createPrivateKey, sign } from 'node:crypto'
import type { SigningKey } from './keys.ts'
import type { SigstoreServices } from './sigstore-services.ts'

/** Signs as somebody whom an identity provider knows, with a key that lives for one signature. */
export interface IdentitySigner {
  readonly kind: 'identity'
  readonly services: SigstoreServices
  /** An OpenID Connect token for the audience `sigstore`. Absent: asked of the build service this runs in. A secret. */
  readonly identityToken?: string | undefined
}

/** Whoever signs a statement: a key pair, or an identity. */
export type StatementSigner = SigningKey | IdentitySigner

/** Signer and witnesses for the bundle builder of `@sigstore/sign`. */
export async function openSigner(signer: StatementSigner) {
  // Loaded here: verifying, which every host does at every start, needs none of it.
  const { CIContextProvider, FulcioSigner, RekorWitness, TSAWitness } = await import('@sigstore/sign')
  if ('privateKey' in signer) {
    const privateKey = createPrivateKey(signer.privateKey)
    const algorithm = privateKey.asymmetricKeyType === 'ed25519' ? null : 'sha256'
    return {
      signer: {
        sign: async (data: Buffer) => ({
          signature: sign(algorithm, data, privateKey),
          key: { $case: 'publicKey' as const, publicKey: signer.publicKey, hint: signer.keyId },
        }),
      },
      witnesses: [],
    }
  }
  const { services, identityToken } = signer
  const identityProvider =
    identityToken === undefined ? new CIContextProvider() : { getToken: async () => identityToken }
  const { fulcioUrl, rekorUrl, timestampUrl, timeoutMs: timeout } = services
  const retry = 1
  return {
    signer: new FulcioSigner({ fulcioBaseURL: fulcioUrl, identityProvider, timeout, retry }),
    witnesses: [
      new RekorWitness({ rekorBaseURL: rekorUrl, entryType: 'dsse', timeout, retry }),
      ...(timestampUrl === undefined ? [] : [new TSAWitness({ tsaBaseURL: timestampUrl, timeout, retry })]),
    ],
  }
}
