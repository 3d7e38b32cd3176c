import type { BundleDigest } from '../bundle/digest.ts'

/** What both statements are about: one release and its exact bytes. */
export interface ReleaseSubject {
  /** `publisher/name`. */
  readonly id: string
  readonly version: string
  readonly bundleDigest: BundleDigest
}

/** Package URL of a release. Source: package-url specification. */
export function purlOf(subject: Pick<ReleaseSubject, 'id' | 'version'>): string {
  return `pkg:nexus/${subject.id}@${subject.version}`
}

export function inTotoSubject(subject: ReleaseSubject) {
  return [{ name: purlOf(subject), digest: { sha512: subject.bundleDigest.slice('sha512:'.length) } }]
}

/** The publisher is the first half of the id: nobody else may sign for a namespace. */
export function publisherOf(id: string): string {
  return id.slice(0, id.indexOf('/'))
}
