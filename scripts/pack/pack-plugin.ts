import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type PluginManifest, parseManifest } from '@nexus/plugin-api'
import { packBundle } from '@nexus/registry/bundle'
import { z } from 'zod'
import { bundleCode } from './bundle-code.ts'
import { packError } from './errors.ts'

/** A plugin ready to be signed and published. */
export interface PackedPlugin {
  readonly tgz: Uint8Array
  readonly manifest: PluginManifest
}

const LICENSE = `Licensed under the Apache License, Version 2.0 (the "License"); you may not use these files except in
compliance with the License. You may obtain a copy of the License at

    https://www.apache.org/licenses/LICENSE-2.0

Unless required by applicable law or agreed to in writing, software distributed under the License is distributed on an
"AS IS" BASIS, WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied. See the License for the specific
language governing permissions and limitations under the License.
`

/** Packs the plugin in `folder`: the same sources give the same bytes. Fails with `PACK_MANIFEST` or `PACK_IMPORT`. */
export async function packPlugin(folder: string): Promise<PackedPlugin> {
  const written = await readManifestFile(folder)
  const manifest = checkManifest(written, folder)
  const packageJson = {
    name: `@${manifest.id}`,
    version: manifest.version,
    license: manifest.license,
    type: 'module',
    files: ['dist', 'nexus.plugin.json'],
  }
  const { code, map } = await bundleCode(join(folder, 'src', 'index.ts'))
  const files = new Map<string, Uint8Array | string>([
    ['package.json', `${JSON.stringify(packageJson, null, 2)}\n`],
    ['nexus.plugin.json', `${JSON.stringify(written, null, 2)}\n`],
    ['README.md', await readFile(join(folder, 'README.md'))],
    [manifest.main, code],
    // Signed with everything else; the host maps stacks with it, for the plugin's log only.
    [`${manifest.main}.map`, map],
  ])
  if (manifest.license === 'Apache-2.0') files.set('LICENSE', LICENSE)
  if (manifest.icon !== undefined) files.set(manifest.icon, await readFile(join(folder, manifest.icon)))
  return { tgz: await packBundle(files), manifest }
}

function checkManifest(written: unknown, folder: string): PluginManifest {
  const parsed = parseManifest(written)
  if (parsed.ok) return parsed.manifest
  const issues = parsed.issues.map(({ path, message }) => `${path || 'manifest'}: ${message}`).join('\n')
  throw packError('PACK_MANIFEST', `Expected a manifest that holds in ${folder}, found:\n${issues}`, {
    details: { issues: parsed.issues },
  })
}

const jsonObject = z.record(z.string(), z.unknown())

/** `$schema` helps editors in the source tree; its relative path means nothing in a bundle. */
async function readManifestFile(folder: string): Promise<Record<string, unknown>> {
  const { $schema: _, ...manifest } = jsonObject.parse(
    JSON.parse(await readFile(join(folder, 'nexus.plugin.json'), 'utf8')),
  )
  return manifest
}
