import { type Bundle, bundleFromJSON, isBundleWithDsseEnvelope } from '@sigstore/bundle'
import { z } from 'zod'
import { parseStrictJson } from '../bundle/strict-json.ts'
import { provenanceBundle } from '../contract/signature-bundle.ts'
import { signingError } from './errors.ts'
import type { SigstoreTrust } from './sigstore-trust.ts'
import { type ReleaseSubject, purlOf } from './subject.ts'
import { type CertificateIdentity, verifyCertificate } from './verify-certificate.ts'

/** Fulcio's extensions that say where a build ran. Source: fulcio/docs/oid-info.md. */
const OID = {
  sourceRepository: '1.3.6.1.4.1.57264.1.12',
  sourceDigest: '1.3.6.1.4.1.57264.1.13',
  sourceRef: '1.3.6.1.4.1.57264.1.14',
  runInvocation: '1.3.6.1.4.1.57264.1.21',
  runner: '1.3.6.1.4.1.57264.1.11',
} as const

/** Build services whose certificates say in which repository a build ran. */
const BUILD_SERVICES: Readonly<Record<string, string>> = {
  'https://token.actions.githubusercontent.com': 'https://github.com/',
  'https://gitlab.com': 'https://gitlab.com/',
}

const REF = /^refs\/(?:heads|tags)\/[^\s@]+$/

const provenanceStatement = z.looseObject({
  _type: z.enum(['https://in-toto.io/Statement/v1', 'https://in-toto.io/Statement/v0.1']),
  subject: z
    .array(z.looseObject({ name: z.string().max(400), digest: z.looseObject({ sha512: z.string().max(128) }) }))
    .length(1),
  predicateType: z.literal('https://slsa.dev/provenance/v1'),
  predicate: z.looseObject({}),
})

/** Where a release was built, as the build service vouches for. */
export interface VerifiedProvenance {
  /** For example `https://github.com/acme/weather`. */
  readonly repository: string
  /** Commit, in hex. */
  readonly commit: string | undefined
  readonly ref: string
  /** The workflow, in full, as the certificate names it. */
  readonly builder: string
  readonly issuer: string
  /** The very run, for a browser. */
  readonly run: string | undefined
  readonly runner: string | undefined
  readonly witnessedAt: string
}

/**
 * Checks that a build service says it built exactly these bytes. The library checks certificate, log and signature; that
 * the statement is about this release, and that its signer is a build service, is compared here.
 */
export function verifyProvenance(
  subject: ReleaseSubject,
  provenance: unknown,
  trust: SigstoreTrust | undefined,
): VerifiedProvenance {
  if (trust === undefined) throw refusal('a Sigstore trusted root on this machine', 'none')
  const { payload, found } = open(provenance, trust)
  const parsed = provenanceStatement.safeParse(payload)
  if (!parsed.success) throw refusal('a SLSA v1 statement with one subject', 'another statement')
  const [named] = parsed.data.subject
  const names = [purlOf(subject), npmPurlOf(subject)]
  if (named === undefined || !names.includes(named.name)) throw refusal(names.join(' or '), named?.name ?? 'none')
  if (`sha512:${named.digest.sha512}` !== subject.bundleDigest)
    throw refusal(subject.bundleDigest, `sha512:${named.digest.sha512}`)
  return describe(found)
}

function open(provenance: unknown, trust: SigstoreTrust) {
  // Whatever the libraries throw on hostile input (TypeError and ASN.1 errors included) is a refusal.
  try {
    const bundle: Bundle = bundleFromJSON(provenanceBundle.parse(provenance))
    if (!isBundleWithDsseEnvelope(bundle)) throw new TypeError('Expected a DSSE envelope.')
    // Build services of today have the log's time only.
    const found = verifyCertificate(bundle, trust, 1)
    return { payload: parseStrictJson(bundle.content.dsseEnvelope.payload, 'the provenance'), found }
  } catch (cause) {
    const found = cause instanceof Error && 'code' in cause ? String(cause.code) : 'something that does not hold'
    throw refusal('a bundle of the trusted Sigstore instance', found, cause)
  }
}

function describe({ issuer, subject, witnessedAt, extensions }: CertificateIdentity): VerifiedProvenance {
  const origin = BUILD_SERVICES[issuer]
  if (origin === undefined) throw refusal(Object.keys(BUILD_SERVICES).join(' or '), issuer)
  const repository = extensions.get(OID.sourceRepository) ?? ''
  const ref = extensions.get(OID.sourceRef) ?? ''
  if (!repository.startsWith(origin) || /[\s@]/.test(repository)) throw refusal(`a repository of ${origin}`, repository)
  if (!REF.test(ref)) throw refusal('a branch or a tag', ref)
  // Anchored at both ends: the workflow is a file of that very repository, at that very ref.
  if (!subject.startsWith(`${repository}/`) || !subject.endsWith(`@${ref}`)) {
    throw refusal(`a workflow of ${repository} at ${ref}`, subject)
  }
  return {
    repository,
    ref,
    issuer,
    builder: subject,
    commit: extensions.get(OID.sourceDigest),
    run: extensions.get(OID.runInvocation),
    runner: extensions.get(OID.runner),
    witnessedAt,
  }
}

/** What npm's own `--provenance` names the same release. */
function npmPurlOf({ id, version }: ReleaseSubject): string {
  return `pkg:npm/%40${id}@${version}`
}

function refusal(expected: string, found: string, cause?: unknown) {
  return signingError('PROVENANCE_INVALID', `Expected provenance with ${expected}, found ${found}.`, {
    details: { layer: 'provenance', expected, found },
    ...(cause === undefined ? {} : { cause }),
  })
}
