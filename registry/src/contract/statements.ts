import { z } from 'zod'
import { bundleDigest, fileDigest, isoDate, pluginVersion, publisherId } from './identifiers.ts'
import { PLUGIN_ID } from '@nexus/plugin-api'

/** in-toto predicate types of the two statements about a release. */
export const PUBLISH_PREDICATE = 'https://nexus.dev/attestation/publish/v1'
export const ADMISSION_PREDICATE = 'https://nexus.dev/attestation/admission/v1'

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

/** What the registry says about a release it admitted. */
const admissionPredicate = z.strictObject({
  id: z.string().regex(PLUGIN_ID),
  version: pluginVersion,
  bundleDigest,
  publishedAt: isoDate,
  verdict: z.literal('admitted'),
  /** `sha256:` of the publisher's signature bundle in canonical JSON. */
  publisherSignatureDigest: fileDigest,
})

export const publishStatement = statement(PUBLISH_PREDICATE, publishPredicate)
export const admissionStatement = statement(ADMISSION_PREDICATE, admissionPredicate)

export type PublishPredicate = z.infer<typeof publishPredicate>
export type AdmissionPredicate = z.infer<typeof admissionPredicate>
