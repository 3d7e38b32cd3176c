import { join } from 'node:path'
import { parseManifest } from '@nexus/plugin-api'
import { type BundleDigest, MANIFEST_FILE, digestFile } from '@nexus/registry/bundle'
import type { ReleaseDetail } from '@nexus/registry/contract'
import { publisherOf } from '@nexus/registry/signing'
import { makePrivateFolder } from './durable-file.ts'
import { installError } from './errors.ts'
import { planRelease } from './plan-release.ts'
import type { RegistryClient } from './registry-client.ts'
import { requireAllowed } from './policy/verify-policy.ts'
import { type StoredRelease, readRelease, removeLitter, removeRelease, writeRelease } from './release-folder.ts'
import type { ReleaseStore, VerifiedRelease } from './release-store.ts'
import { requirePinned } from './trusted-keys.ts'
import { type VerifiedStamps, openStamps } from './verified-stamp.ts'
import { type ChainContext, describeKept, verifyChain, verifyKept } from './verify-chain.ts'

/** Opens the store of verified releases below `<dataDir>/plugins`. */
export async function openReleaseStore(options: {
  readonly dataDir: string
  readonly registry: RegistryClient
  readonly context: ChainContext
}): Promise<ReleaseStore> {
  const { registry, context } = options
  const { trust } = context
  const root = join(options.dataDir, 'plugins')
  await makePrivateFolder(root)
  const stamps = await openStamps(options.dataDir, root)
  const open = async (digest: BundleDigest): Promise<VerifiedRelease> => {
    const stored = await readRelease(root, digest)
    if (stored !== undefined) return await verifyStored(stored, context, stamps)
    throw installError(
      'INSTALL_NOT_STORED',
      `Expected the release ${digest.slice(0, 23)}… on this host, found none. Install it.`,
    )
  }
  return {
    plan: (id, range, signal) => planRelease(registry, context, id, range, signal),
    pin: ({ signer }) => trust.pinPublisher(signer.publisherId, signer.keys, signer.identities),
    async fetch(id, version, signal) {
      const detail = await registry.release(id, version, signal)
      requireAsked(detail, id, version)
      const signers = requirePinned(trust, publisherOf(id))
      const bundle = await registry.download(detail.bundleDigest, signal)
      const { contents, refusals, repository } = await verifyChain(context, detail, bundle, signers)
      requireAllowed(`${id}@${version}`, refusals)
      const { bundleDigest, signatures, distSignature, log } = detail
      const record = {
        id,
        version,
        bundleDigest,
        signatures,
        ...(distSignature === undefined ? {} : { distSignature }),
        ...(log === undefined ? {} : { log }),
        files: contents.digests.files,
        storedAt: new Date().toISOString(),
      }
      signal?.throwIfAborted()
      await writeRelease(root, record, bundle, contents.files)
      if (repository !== undefined) await trust.rememberRepository(id, repository)
      return await open(bundleDigest)
    },
    open,
    notice: (id, version) => context.notices.find(id, version),
    remove: (digest) => removeRelease(root, digest),
    recover: () => removeLitter(root),
  }
}

/** The registry must answer about what was asked, or everything after is about something else. */
function requireAsked(detail: ReleaseDetail, id: string, version: string): void {
  if (detail.id === id && detail.version === version) return
  throw installError(
    'REGISTRY_ANSWER_INVALID',
    `Expected an answer about ${id}@${version}, found one about ${detail.id}@${detail.version}.`,
    {
      details: { layer: 'registry', expected: `${id}@${version}`, found: `${detail.id}@${detail.version}` },
    },
  )
}

async function verifyStored(
  { record, text, dir, files }: StoredRelease,
  context: ChainContext,
  stamps: VerifiedStamps,
): Promise<VerifiedRelease> {
  const { id, version, bundleDigest } = record
  const signers = requirePinned(context.trust, publisherOf(id))
  const manifestBytes = files.get(MANIFEST_FILE) ?? new Uint8Array()
  const parsed = parseManifest(JSON.parse(new TextDecoder().decode(manifestBytes)))
  if (!parsed.ok) throw otherManifest('a manifest', 'something else')
  context.notices.check(id, version)
  const subject = { bundleDigest, record: text, trust: context.trust.digest(publisherOf(id)) }
  const known = await stamps.read(subject)
  const evidence = known ?? (await verifyKept(context, record, signers))
  if (known === undefined) await stamps.write(subject, evidence)
  const { links, refusals } = describeKept(context, record, parsed.manifest, evidence)
  const { manifestDigest } = evidence
  const found = digestFile(manifestBytes)
  if (found !== manifestDigest) throw otherManifest(manifestDigest, found)
  requireAllowed(`${id}@${version}`, refusals)
  const code = requireCode(files, parsed.manifest.main)
  return {
    id,
    version,
    manifest: parsed.manifest,
    bundleDigest,
    dir,
    code: new TextDecoder().decode(code),
    codeDigest: digestFile(code),
    sourceMap: files.get(`${parsed.manifest.main}.map`),
    chain: links,
  }
}

function otherManifest(expected: string, found: string) {
  return installError('INSTALL_MANIFEST_MISMATCH', 'Expected the manifest that the publisher signed, found another.', {
    details: { layer: 'publisher', expected, found },
  })
}

function requireCode(files: StoredRelease['files'], main: string): Uint8Array {
  const code = files.get(main)
  if (code !== undefined) return code
  throw installError(
    'INSTALL_DAMAGED',
    `Expected the main module \`${main}\` in the release, found none. Install it again.`,
  )
}
