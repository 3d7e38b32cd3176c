import { z } from 'zod'

const base64 = z.base64().max(65_536)
const digits = z.string().regex(/^[0-9]{1,20}$/)

/** One entry of a transparency log with the proof that it is in there. Source: sigstore protobuf-specs, rekor v1. */
const logEntry = z.strictObject({
  logIndex: digits.optional(),
  logId: z.strictObject({ keyId: base64 }),
  kindVersion: z.strictObject({ kind: z.string().max(40), version: z.string().max(20) }),
  integratedTime: digits.optional(),
  inclusionPromise: z.strictObject({ signedEntryTimestamp: base64 }).optional(),
  inclusionProof: z
    .strictObject({
      logIndex: digits.optional(),
      rootHash: base64,
      treeSize: digits,
      hashes: z.array(base64).max(64).optional(),
      checkpoint: z.strictObject({ envelope: z.string().max(4096) }),
    })
    .optional(),
  canonicalizedBody: base64,
})

/** By a key that everybody knows already: nothing else may be there, because nobody would look at it. */
const byKey = z.strictObject({
  publicKey: z.strictObject({ hint: z.string().max(200) }),
  tlogEntries: z.array(z.never()).optional(),
  timestampVerificationData: z.strictObject({ rfc3161Timestamps: z.array(z.never()).optional() }).optional(),
})

/** By an identity: a certificate of minutes, and witnesses of when it was used. */
const byIdentity = z.strictObject({
  certificate: z.strictObject({ rawBytes: base64 }),
  tlogEntries: z.array(logEntry).min(1).max(2),
  timestampVerificationData: z
    .strictObject({
      rfc3161Timestamps: z
        .array(z.strictObject({ signedTimestamp: base64 }))
        .max(4)
        .optional(),
    })
    .optional(),
})

/** A Sigstore bundle with one DSSE envelope, by a key or by an identity. Source: sigstore protobuf-specs, bundle v0.3. */
export const signatureBundle = z
  .strictObject({
    mediaType: z.string().startsWith('application/vnd.dev.sigstore.bundle').max(100),
    verificationMaterial: z.union([byKey, byIdentity]),
    dsseEnvelope: z.strictObject({
      payload: base64,
      payloadType: z.literal('application/vnd.in-toto+json'),
      signatures: z
        .array(z.strictObject({ sig: z.base64().max(1024), keyid: z.string().max(200).optional() }))
        .length(1),
    }),
  })
  .meta({ id: 'SignatureBundle' })

const provenanceBase64 = z.base64().max(512 * 1024)

/**
 * A Sigstore bundle as a build service makes it (SLSA provenance). Kept and handed on as it is: other programs write it,
 * and only the verified statement in it is believed.
 */
export const provenanceBundle = z
  .looseObject({
    mediaType: z.string().startsWith('application/vnd.dev.sigstore.bundle').max(100),
    verificationMaterial: z.looseObject({ tlogEntries: z.array(z.looseObject({})).min(1).max(4) }),
    dsseEnvelope: z.looseObject({
      payload: provenanceBase64,
      payloadType: z.literal('application/vnd.in-toto+json'),
      signatures: z.array(z.looseObject({ sig: z.base64().max(1024) })).length(1),
    }),
  })
  .meta({ id: 'ProvenanceBundle' })

export type SignatureBundle = z.infer<typeof signatureBundle>
export type ProvenanceBundle = z.infer<typeof provenanceBundle>
