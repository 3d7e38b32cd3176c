import { type TufSigner, signMetadata } from './signed-metadata.ts'
import type { TufFile } from './tuf-files.ts'

/** Signs a role with the registry's own key, as the file that is stored. */
export function signOnline(
  signed: { readonly version: number; readonly expires: string; readonly [member: string]: unknown },
  signer: TufSigner,
): TufFile {
  const content = JSON.stringify(signMetadata({ signed, signatures: [] }, [signer]))
  return { version: signed.version, content, expires: signed.expires, keyId: signer.keyId }
}
