import { z } from 'zod'

const url = z.url({ protocol: /^https?$/ })

/** Where identities are vouched for and witnessed. The defaults are the public-good instance of Sigstore. */
export const sigstoreServices = z.strictObject({
  /** Gives a certificate for an identity. */
  fulcioUrl: url.default('https://fulcio.sigstore.dev'),
  /** Keeps the public log of signatures. */
  rekorUrl: url.default('https://rekor.sigstore.dev'),
  /** Stamps times (RFC 3161). Absent: the log's own time has to do, which hosts accept only when their root says so. */
  timestampUrl: url.optional().default('https://timestamp.sigstore.dev'),
  /** How long to wait for each of them, in milliseconds. */
  timeoutMs: z.int().min(100).max(120_000).default(15_000),
})

export type SigstoreServices = z.output<typeof sigstoreServices>
