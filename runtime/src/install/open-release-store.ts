import { join } from 'node:path'
import { parseManifest } from '@nexus/plugin-api'
import { type BundleDigest, MANIFEST_FILE, digestFile } from '@nexus/registry/bundle'
import type { ReleaseDetail } from '@nexus/registry/contract'
import { publisherOf } from '@nexus/registry/signing'
import { describeChain } from './chain.ts'
import { makePrivateFolder } from './durable-file.ts'
import { installError } from './errors.ts'
import { planRelease } from './plan-release.ts'
import type { RegistryClient } from './registry-client.ts'
import { type StoredRelease, readRelease, removeLitter, removeRelease, writeRelease } from './release-folder.ts'
import type { ReleaseStore, VerifiedRelease } from './release-store.ts'
import type { Trust } from './trust.ts'
import { requirePinned, requireRegistryKeys } from './trusted-keys.ts'
import { verifyChain, verifySignatures } from './verify-chain.ts'

/** Opens the store of verified releases below `<dataDir>/plugins`. */
export async function openReleaseStore(options: {
  readonly dataDir: string
  readonly registry: RegistryClient
  readonly trust: Trust
}): Promise<ReleaseStore> {
  const { registry, trust } = options
  const root = join(options.dataDir, 'plugins')
  await makePrivateFolder(root)
  const open = async (digest: BundleDigest): Promise<VerifiedRelease> => {
    const stored = await readRelease(root, digest)
    if (stored !== undefined) return verifyStored(stored, trust)
    throw installError(
      'INSTALL_NOT_STORED',
      `Expected the release ${digest.slice(0, 23)}… on this host, found none. Install it.`,
    )
  }
  return {
    plan: (id, range, signal) => planRelease({ registry, trust }, id, range, signal),
    pin: ({ signer }) => trust.pinPublisher(signer.publisherId, signer.keys),
    async fetch(id, version, signal) {
      const detail = await registry.release(id, version, signal)
      requireAsked(detail, id, version)
      const publisher = requirePinned(trust, publisherOf(id)).keys
      const bundle = await registry.download(detail.bundleDigest, signal)
      const { contents } = await verifyChain(detail, bundle, { publisher, registry: requireRegistryKeys(trust) })
      const { bundleDigest, signatures } = detail
      const record = {
        id,
        version,
        bundleDigest,
        signatures,
        files: contents.digests.files,
        storedAt: new Date().toISOString(),
      }
      signal?.throwIfAborted()
      await writeRelease(root, record, bundle, contents.files)
      return open(bundleDigest)
    },
    open,
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

function verifyStored({ record, dir, files }: StoredRelease, trust: Trust): VerifiedRelease {
  const { id, version, bundleDigest } = record
  const publisher = requirePinned(trust, publisherOf(id))
  const verified = verifySignatures(record, { publisher: publisher.keys, registry: requireRegistryKeys(trust) })
  const manifestBytes = files.get(MANIFEST_FILE) ?? new Uint8Array()
  const { manifestDigest } = verified.signature.predicate
  const parsed = parseManifest(JSON.parse(new TextDecoder().decode(manifestBytes)))
  if (!parsed.ok || digestFile(manifestBytes) !== manifestDigest) {
    throw installError('INSTALL_MANIFEST_MISMATCH', 'Expected the manifest that the publisher signed, found another.', {
      details: { layer: 'publisher', expected: manifestDigest, found: digestFile(manifestBytes) },
    })
  }
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
    chain: describeChain({ bundleDigest, publisherId: publisher.id, ...verified, pinnedAt: publisher.pinnedAt }),
  }
}

function requireCode(files: StoredRelease['files'], main: string): Uint8Array {
  const code = files.get(main)
  if (code !== undefined) return code
  throw installError(
    'INSTALL_DAMAGED',
    `Expected the main module \`${main}\` in the release, found none. Install it again.`,
  )
}
