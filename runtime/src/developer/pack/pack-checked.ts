import { type BundleContents, type Scan, scanBundle } from '@nexus/registry/bundle'
import { packPlugin } from './pack-plugin.ts'

/** A packed plugin, read back, and what the registry's own checks say of it. */
export interface CheckedPlugin {
  readonly tgz: Uint8Array
  readonly contents: BundleContents
  readonly scan: Scan
}

/**
 * Packs the plugin in `folder` and looks at the result as the registry will: the strict reader first, which refuses with
 * a `BUNDLE_…` code, then the static checks.
 */
export async function packChecked(folder: string): Promise<CheckedPlugin> {
  return await checkBundle((await packPlugin(folder)).tgz)
}

/** Looks at a bundle as the registry will. */
export async function checkBundle(tgz: Uint8Array): Promise<CheckedPlugin> {
  return { tgz, ...(await scanBundle(tgz)) }
}
