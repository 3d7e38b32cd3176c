import type { LogKey } from '../log/log-key.ts'

/** The log in the form in which Sigstore's tools take it. Source: sigstore protobuf-specs, trusted root v0.1. */
export function describeTrustedRoot(log: LogKey): string {
  const rawBytes = log.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
  return `${JSON.stringify({
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: [
      {
        baseUrl: log.origin,
        hashAlgorithm: 'SHA2_256',
        publicKey: {
          rawBytes,
          keyDetails: 'PKIX_ECDSA_P256_SHA_256',
          validFor: { start: '2026-01-01T00:00:00.000Z' },
        },
        logId: { keyId: log.logId.toString('base64') },
      },
    ],
    certificateAuthorities: [],
    ctlogs: [],
    timestampAuthorities: [],
  })}\n`
}
