import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type SigstoreTrust, openSigstoreTrust } from '../signing/sigstore-trust.ts'

/** The Sigstore instance whose certificates count here, as its file says and as it is used. */
export interface SigstoreRoot {
  /** `trusted_root.json`, handed on to hosts that have none. */
  readonly document: Readonly<Record<string, unknown>>
  readonly trust: SigstoreTrust
}

/**
 * Reads `sigstore-root.json` (Sigstore's `trusted_root.json`) in the data folder. `undefined` when there is none:
 * then only keys sign. Fails with `SIGNATURE_ROOT_UNKNOWN` for a damaged one.
 */
export async function loadSigstoreRoot(dataDir: string): Promise<SigstoreRoot | undefined> {
  try {
    const document: unknown = JSON.parse(await readFile(join(dataDir, 'sigstore-root.json'), 'utf8'))
    return { document: { ...Object(document) }, trust: openSigstoreTrust(document) }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    // Not JSON at all is damage as well, and the sentence for it is the same.
    if (error instanceof SyntaxError) openSigstoreTrust(undefined)
    throw error
  }
}
