import { publisherId, trustedIdentity, trustedKey } from '@nexus/registry/contract'
import { z } from 'zod'
import { installError } from './errors.ts'
import { type JsonFile, openJsonFile, readJsonFile } from './json-file.ts'

/** A signer that a known publisher never had here: somebody decides. Rejected ones are kept, so that nobody is asked twice. */
const signerDecision = z.strictObject({
  id: z.string(),
  publisherId,
  /** `signerId` of the key or identity. */
  signer: z.string(),
  key: trustedKey.optional(),
  identity: trustedIdentity.optional(),
  pluginId: z.string(),
  version: z.string(),
  seenAt: z.iso.datetime(),
  state: z.enum(['waiting', 'rejected']),
})

/** Who this host believes. People may read and edit it while the host is stopped. */
const trustFileSchema = z.strictObject({
  version: z.literal(1),
  registryUrl: z.string(),
  /** Keys whose countersignature counts; empty until the registry is pinned. */
  registryKeys: z.array(trustedKey),
  /** Keys and identities whose signature counts, by publisher. A publisher that is not here installs nothing. */
  publishers: z.record(
    publisherId,
    z
      .strictObject({
        pinnedAt: z.iso.datetime(),
        keys: z.array(trustedKey),
        identities: z.array(trustedIdentity).optional(),
        /** The operator lets this publisher's code run in worker threads, which are not a security boundary. */
        workers: z.boolean().default(false),
      })
      .refine(({ keys, identities = [] }) => keys.length + identities.length > 0, 'Expected a key or an identity.'),
  ),
  /** Sigstore's `trusted_root.json`: who vouches for identities. Pinned with the registry, or given by the operator. */
  sigstoreRoot: z.record(z.string(), z.unknown()).optional(),
  /** Repository that releases were built from, by plugin, once a release came with provenance. */
  repositories: z.record(z.string(), z.string()).optional(),
  decisions: z.array(signerDecision).optional(),
})

export type TrustFile = z.infer<typeof trustFileSchema>
export type PendingSigner = z.infer<typeof signerDecision>

/** Opens the trust file; there is an empty one when there is none. A damaged one is an error, never empty trust. */
export async function openTrustFile(path: string, registryUrl: string): Promise<JsonFile<TrustFile>> {
  return await openJsonFile(path, trustFileSchema, emptyTrust(registryUrl), damaged(path))
}

/** For those who only look: leaves alone what a host may be writing just now. */
export async function peekTrustFile(path: string, registryUrl: string): Promise<TrustFile> {
  return await readJsonFile(path, trustFileSchema, emptyTrust(registryUrl), damaged(path))
}

function emptyTrust(registryUrl: string): TrustFile {
  return { version: 1, registryUrl, registryKeys: [], publishers: {} }
}

function damaged(path: string) {
  return (found: string) =>
    installError('TRUST_FILE_INVALID', `Expected who is trusted in ${path}, found: ${found}. Mend or restore the file.`)
}
