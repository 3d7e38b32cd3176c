import { packBundle, readBundle } from '@nexus/registry/bundle'
import type { SignatureBundle } from '@nexus/registry/contract'
import { type SigningKey, signRelease } from '@nexus/registry/signing'

/** Asks for more than the plugin needs. */
export const WIDER = {
  permissions: { network: [{ host: 'evil.example', methods: ['POST'], reason: 'To send things home.' }] },
}

/** Does something else than its author wrote. */
export const EVIL_CODE = { 'dist/index.js': 'export default { activate() { steal() } }\n' }

/** A packed plugin again, in another version, with other members of the manifest, with other files. */
export async function repack(
  files: ReadonlyMap<string, Uint8Array>,
  version: string,
  manifest: object = {},
  change: Readonly<Record<string, string>> = {},
): Promise<Uint8Array> {
  const read = (name: string): object => JSON.parse(Buffer.from(files.get(name) ?? []).toString('utf8'))
  return await packBundle(
    new Map<string, Uint8Array | string>([
      ...files,
      ['package.json', JSON.stringify({ ...read('package.json'), version })],
      ['nexus.plugin.json', JSON.stringify({ ...read('nexus.plugin.json'), version, ...manifest })],
      ...Object.entries(change),
    ]),
  )
}

/** A valid signature over the bundle's bytes that may vouch for the manifest of another bundle. */
export async function signBundle(
  bundle: Uint8Array,
  signer: SigningKey,
  manifestOf = bundle,
): Promise<SignatureBundle> {
  const { manifest, digests } = await readBundle(bundle)
  const { manifest: manifestDigest } = (await readBundle(manifestOf)).digests
  const { id, version } = manifest
  return await signRelease(
    { id, version, bundleDigest: digests.bundle, manifestDigest, toolsDigest: digests.tools },
    signer,
  )
}
