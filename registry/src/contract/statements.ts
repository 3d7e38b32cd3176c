import { z } from 'zod'
import { bundleDigest, fileDigest, isoDate, pluginVersion, publisherId } from './identifiers.ts'
import { keyId, publicKeyPem } from './keys.ts'
import { PLUGIN_ID } from '@nexus/plugin-api'

/** in-toto predicate types of the statements about a release, and of the one about a registry's next key. */
export const PUBLISH_PREDICATE = 'https://nexus.dev/attestation/publish/v1'
export const ADMISSION_PREDICATE = 'https://nexus.dev/attestation/admission/v1'
export const ENDORSEMENT_PREDICATE = 'https://nexus.dev/attestation/registry-key/v1'

const statement = <Type extends string, Predicate extends z.ZodType>(predicateType: Type, predicate: Predicate) =>
  z.strictObject({
    _type: z.literal('https://in-toto.io/Statement/v1'),
    subject: z
      .array(
        z.strictObject({
          name: z.string().startsWith('pkg:nexus/').max(300),
          digest: z.strictObject({ sha512: z.string().regex(/^[0-9a-f]{128}$/) }),
        }),
      )
      .length(1),
    predicateType: z.literal(predicateType),
    predicate,
  })

/** What a publisher says about a release. */
const publishPredicate = z.strictObject({
  id: z.string().regex(PLUGIN_ID),
  version: pluginVersion,
  publisher: publisherId,
  manifestDigest: fileDigest,
  toolsDigest: fileDigest,
  signedAt: isoDate,
})

/** What the static checks found before the registry admitted a release. */
export const scanVerdict = z.strictObject({
  verdict: z.enum(['passed', 'warned']),
  /** How many findings there are to read; those that block never get this far. */
  findings: z.int().min(0),
})

/** What the registry says about a release it admitted. */
const admissionPredicate = z.strictObject({
  id: z.string().regex(PLUGIN_ID),
  version: pluginVersion,
  bundleDigest,
  publishedAt: isoDate,
  verdict: z.literal('admitted'),
  /** `sha256:` of the publisher's signature bundle in canonical JSON. */
  publisherSignatureDigest: fileDigest,
  /** Absent: admitted before releases were checked. */
  scan: scanVerdict.optional(),
})

/** What a registry says, with a key that hosts know, about the key that it will sign with. */
const endorsementPredicate = z.strictObject({ publicKey: publicKeyPem, validFrom: isoDate })

export const publishStatement = statement(PUBLISH_PREDICATE, publishPredicate)
export const admissionStatement = statement(ADMISSION_PREDICATE, admissionPredicate)
export const endorsementStatement = z.strictObject({
  _type: z.literal('https://in-toto.io/Statement/v1'),
  subject: z
    .array(z.strictObject({ name: z.literal('registry-key'), digest: z.strictObject({ sha256: keyId }) }))
    .length(1),
  predicateType: z.literal(ENDORSEMENT_PREDICATE),
  predicate: endorsementPredicate,
})

export type PublishPredicate = z.infer<typeof publishPredicate>
export type AdmissionPredicate = z.infer<typeof admissionPredicate>
export type ScanVerdict = z.infer<typeof scanVerdict>
