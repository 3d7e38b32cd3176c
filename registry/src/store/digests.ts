import type { BundleDigest, FileDigest } from '../bundle/digest.ts'

/** Digests out of the database: the reader made them and we stored them, so their form is known. */
export function asBundleDigest(text: string): BundleDigest {
  return `sha512:${text.slice('sha512:'.length)}`
}

export function asFileDigest(text: string): FileDigest {
  return `sha256:${text.slice('sha256:'.length)}`
}
