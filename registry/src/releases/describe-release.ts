import type { BundleContents } from '../bundle/contents.ts'
import { renderReadme } from '../bundle/render-readme.ts'
import { signAdmission } from '../signing/sign-admission.ts'
import type { VerifiedRelease } from '../signing/verify-release.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { toScanVerdict } from './scan-verdict.ts'
import type { ReleaseRow } from '../store/rows/release-rows.ts'

/** The row of a release that hosts will see: rendered once, and countersigned by the registry. */
export async function describeRelease(
  store: RegistryStore,
  { manifest, digests, readme, changelog, scan }: BundleContents,
  facts: {
    readonly size: number
    readonly publishedBy: string
    readonly signed: VerifiedRelease
    readonly publishedAt: Date
  },
): Promise<ReleaseRow> {
  const subject = { id: manifest.id, version: manifest.version, bundleDigest: digests.bundle }
  return {
    pluginId: manifest.id,
    version: manifest.version,
    bundleDigest: digests.bundle,
    size: facts.size,
    manifest,
    manifestDigest: digests.manifest,
    toolsDigest: digests.tools,
    readmeHtml: readme === undefined ? '' : await renderReadme(readme),
    changelogHtml: changelog === undefined ? '' : await renderReadme(changelog),
    publishSignature: facts.signed.bundle,
    admissionSignature: await signAdmission(
      subject,
      facts.signed.bundle,
      store.key,
      facts.publishedAt,
      scan === undefined ? undefined : toScanVerdict(scan),
    ),
    publishedBy: facts.publishedBy,
    publishedAt: facts.publishedAt.toISOString(),
    yankedAt: null,
    yankReason: null,
    revokedAt: null,
    revokeReason: null,
    scan: scan ?? null,
  }
}
