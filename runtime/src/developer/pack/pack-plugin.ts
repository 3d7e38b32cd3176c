import { type PluginManifest } from '@nexus/plugin-api'
import { SBOM_FILE, packBundle } from '@nexus/registry/bundle'
import { type PluginProject, readProject } from './read-project.ts'
import { join } from 'node:path'
import { bundleCode } from './bundle-code.ts'
import { makeSbom } from './make-sbom.ts'
import { LICENSE_APACHE } from './license.ts'
import { readOptional, readRequired } from './read-file.ts'

/** A plugin ready to be signed and published. */
export interface PackedPlugin {
  readonly tgz: Uint8Array
  readonly manifest: PluginManifest
}

/** Packs the plugin in `folder`: the same sources give the same bytes. Fails with `PACK_MANIFEST`, `PACK_FILE` or `PACK_IMPORT`. */
export async function packPlugin(folder: string): Promise<PackedPlugin> {
  const project = await readProject(folder)
  const { manifest, written } = project
  const { code, map, packages } = await bundleCode(project.entry)
  const files = new Map<string, Uint8Array | string>([
    ['package.json', `${JSON.stringify(packageJsonOf(project), null, 2)}\n`],
    ['nexus.plugin.json', `${JSON.stringify(written, null, 2)}\n`],
    ['README.md', await readRequired(join(folder, 'README.md'), 'It is the page of the plugin in the marketplace.')],
    [manifest.main, code],
    // Signed with everything else; the host maps stacks with it, for the plugin's log only.
    [`${manifest.main}.map`, map],
    // Inside the bundle, so that the publisher's signature covers it and every mirror carries it.
    [SBOM_FILE, makeSbom(manifest, packages)],
  ])
  for (const name of ['CHANGELOG.md', 'LICENSE']) {
    const bytes = await readOptional(join(folder, name))
    if (bytes !== undefined) files.set(name, bytes)
  }
  if (manifest.license === 'Apache-2.0' && !files.has('LICENSE')) files.set('LICENSE', LICENSE_APACHE)
  if (manifest.icon !== undefined)
    files.set(manifest.icon, await readRequired(join(folder, manifest.icon), 'The manifest names it as `icon`.'))
  return { tgz: await packBundle(files), manifest }
}

/** What npm is told: name, version and licence as the manifest has them, and nothing that runs or is fetched. */
function packageJsonOf({ manifest, packageJson }: PluginProject): object {
  const { description, keywords, homepage, repository, bugs } = packageJson
  return {
    name: `@${manifest.id}`,
    version: manifest.version,
    ...(description !== undefined && { description }),
    ...(keywords !== undefined && { keywords }),
    license: manifest.license,
    ...(homepage !== undefined && { homepage }),
    ...(repository !== undefined && { repository }),
    ...(bugs !== undefined && { bugs }),
    type: 'module',
    files: ['dist', 'nexus.plugin.json'],
  }
}
