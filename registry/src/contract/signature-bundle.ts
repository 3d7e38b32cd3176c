import { z } from 'zod'

const base64 = z.base64().max(65_536)

/** A Sigstore bundle with one DSSE envelope signed by a public key. Source: sigstore protobuf-specs, bundle v0.3. */
export const signatureBundle = z
  .strictObject({
    mediaType: z.string().startsWith('application/vnd.dev.sigstore.bundle').max(100),
    // Only what is verified may be there: no certificate, no log entry, no timestamp that nobody looks at.
    verificationMaterial: z.strictObject({
      publicKey: z.strictObject({ hint: z.string().max(200) }),
      tlogEntries: z.array(z.never()).optional(),
      timestampVerificationData: z.strictObject({ rfc3161Timestamps: z.array(z.never()).optional() }).optional(),
    }),
    dsseEnvelope: z.strictObject({
      payload: base64,
      payloadType: z.literal('application/vnd.in-toto+json'),
      signatures: z
        .array(z.strictObject({ sig: z.base64().max(1024), keyid: z.string().max(200).optional() }))
        .length(1),
    }),
  })
  .meta({ id: 'SignatureBundle' })

export type SignatureBundle = z.infer<typeof signatureBundle>
