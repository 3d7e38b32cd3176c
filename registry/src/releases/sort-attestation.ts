import { z } from 'zod'
import { parseStrictJson } from '../bundle/strict-json.ts'
import { type SignatureBundle, provenanceBundle, signatureBundle } from '../contract/signature-bundle.ts'
import { PUBLISH_PREDICATE } from '../contract/statements.ts'
import { packageError } from '../packages/errors.ts'
import type { VersionFacts } from '../packages/version-facts.ts'

/** What came along with a bundle: the publisher's own statement, or somebody's provenance to be handed on. */
export interface SortedAttestations {
  readonly signature: SignatureBundle | null
  /** JSON of the list that `/-/npm/v1/attestations` answers. */
  readonly attestations: string | null
}

const statement = z.looseObject({
  predicateType: z.string().max(200),
  subject: z.array(z.looseObject({ name: z.string(), digest: z.looseObject({ sha512: z.string() }) })).length(1),
})

/**
 * Sorts the one Sigstore bundle that npm clients can send with a publish. It must be about these very bytes; whether it
 * is believed is for those who verify it: the registry for the publisher's statement, npm and hosts for provenance.
 */
export function sortAttestation(text: string | undefined, facts: VersionFacts): SortedAttestations {
  if (text === undefined) return { signature: null, attestations: null }
  const bundle = parseStrictJson(Buffer.from(text), 'the attestation')
  const envelope = provenanceBundle.pick({ dsseEnvelope: true }).safeParse(bundle)
  const described = envelope.success ? statement.safeParse(readPayload(envelope.data.dsseEnvelope.payload)) : undefined
  if (described?.success !== true) throw invalid('a Sigstore bundle with one in-toto statement')
  const { predicateType, subject } = described.data
  if (`sha512:${subject[0]?.digest.sha512}` !== facts.digest) throw invalid('a statement about this very bundle')
  if (predicateType !== PUBLISH_PREDICATE) {
    return { signature: null, attestations: JSON.stringify([{ predicateType, bundle }]) }
  }
  const signature = signatureBundle.safeParse(bundle)
  if (!signature.success) throw invalid('a signature bundle of the publisher')
  return { signature: signature.data, attestations: null }
}

function readPayload(payload: string): unknown {
  return parseStrictJson(Buffer.from(payload, 'base64'), 'the statement')
}

function invalid(expected: string) {
  return packageError('ATTESTATION_INVALID', `Expected ${expected}, found something else. Publish without it.`)
}
