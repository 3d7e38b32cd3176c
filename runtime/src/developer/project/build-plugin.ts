import type { PluginManifest } from '@nexus/plugin-api'
import { digestBundle, digestFile } from '@nexus/registry/bundle'
import type { OpenedRelease } from '../../admission/load-plugin.ts'
import { bundleCode, readProject } from '../pack/index.ts'

/** A plugin's folder as it would run if it were released now. */
export interface BuiltPlugin extends OpenedRelease {
  readonly manifest: PluginManifest
  /** Stands for the digest of a bundle: another one for other code or another manifest. */
  readonly digest: ReturnType<typeof digestBundle>
}

/** Bundles the code of the plugin in `folder`, as packing does, without making a tarball. Fails with `PACK_…` codes. */
export async function buildPlugin(folder: string): Promise<BuiltPlugin> {
  const { manifest, entry } = await readProject(folder)
  const { code, map } = await bundleCode(entry)
  return {
    manifest,
    code,
    codeDigest: digestFile(Buffer.from(code)),
    sourceMap: Buffer.from(map),
    digest: digestBundle(Buffer.from(`${JSON.stringify(manifest)}\n${code}`)),
  }
}
