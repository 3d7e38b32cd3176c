import { X509Certificate } from '@sigstore/core'
import type { Bundle } from '@sigstore/bundle'
import { Verifier, toSignedEntity } from '@sigstore/verify'
import type { SigstoreTrust } from './sigstore-trust.ts'

/** Whom a verified certificate names, and who vouched for that. */
export interface CertificateIdentity {
  readonly subject: string
  readonly issuer: string
  /** When a log took the signature in. */
  readonly witnessedAt: string
  /** Fulcio's extensions as texts, by object identifier. */
  readonly extensions: ReadonlyMap<string, string>
}

/**
 * Checks a bundle that was signed with a certificate: chain, log of certificates, log entry, time stamps, signature.
 * Throws whatever the library throws; callers make a refusal of it. Says nothing about whose identity is wanted: the
 * library would take a text as a regular expression without anchors, so callers compare for themselves.
 */
export function verifyCertificate(bundle: Bundle, trust: SigstoreTrust, timestamps: number): CertificateIdentity {
  const verifier = new Verifier(trust.material, { ctlogThreshold: 1, tlogThreshold: 1, timestampThreshold: timestamps })
  const { identity } = verifier.verify(toSignedEntity(bundle))
  const subject = identity?.subjectAlternativeName
  const issuer = identity?.extensions?.issuer
  if (subject === undefined || issuer === undefined) throw new TypeError('Expected a certificate with an identity.')
  return { subject, issuer, witnessedAt: witnessedAt(bundle), extensions: extensionsOf(bundle) }
}

function witnessedAt(bundle: Bundle): string {
  const seconds = Number(bundle.verificationMaterial.tlogEntries[0]?.integratedTime ?? Number.NaN)
  return new Date(seconds * 1000).toISOString()
}

/** Newer extensions are DER texts, the five oldest ones plain. Source: fulcio/docs/oid-info.md. */
function extensionsOf({ verificationMaterial: { content } }: Bundle): ReadonlyMap<string, string> {
  const raw =
    content.$case === 'certificate'
      ? content.certificate.rawBytes
      : content.$case === 'x509CertificateChain'
        ? content.x509CertificateChain.certificates[0]?.rawBytes
        : undefined
  if (raw === undefined) return new Map()
  return new Map(
    X509Certificate.parse(Buffer.from(raw))
      .extensions.map(({ subs }) => [subs[0]?.toOID() ?? '', subs.at(-1)?.value ?? Buffer.alloc(0)] as const)
      .filter(([oid]) => oid.startsWith('1.3.6.1.4.1.57264.1.'))
      .map(([oid, value]) => [oid, textOf(value)]),
  )
}

function textOf(value: Buffer): string {
  const isDer = value[0] === 0x0c && value[1] === value.length - 2
  return value.subarray(isDer ? 2 : 0).toString('utf8')
}
