import { join } from 'node:path'
import { type PluginManifest, parseManifest } from '@nexus/plugin-api'
import { z } from 'zod'
import { packError } from './errors.ts'
import { readOptional, readRequired } from './read-file.ts'

/** The sources of a plugin. */
export interface PluginProject {
  readonly folder: string
  readonly manifest: PluginManifest
  /** `nexus.plugin.json` as it stands there, without the reference for editors. */
  readonly written: Readonly<Record<string, unknown>>
  /** `package.json` of the folder; empty when there is none. */
  readonly packageJson: Readonly<Record<string, unknown>>
  /** Absolute path of the module that the bundle is made from. */
  readonly entry: string
}

const jsonObject = z.record(z.string(), z.unknown())

/** Reads manifest and package.json of the plugin in `folder` and checks them. Fails with `PACK_MANIFEST` or `PACK_FILE`. */
export async function readProject(folder: string): Promise<PluginProject> {
  const manifestFile = join(folder, 'nexus.plugin.json')
  const bytes = await readRequired(manifestFile, 'Is this the folder of a plugin? `nexus init` makes one.')
  // `$schema` helps editors in the source tree; its relative path means nothing in a bundle.
  const { $schema: _, ...written } = readJson(bytes, manifestFile)
  const manifest = checkManifest(written, folder)
  const packageFile = join(folder, 'package.json')
  const packageBytes = await readOptional(packageFile)
  const packageJson = packageBytes === undefined ? {} : readJson(packageBytes, packageFile)
  checkAgreement(manifest, packageJson)
  return { folder, manifest, written, packageJson, entry: join(folder, 'src', 'index.ts') }
}

function readJson(bytes: Uint8Array, file: string): Record<string, unknown> {
  try {
    return jsonObject.parse(JSON.parse(Buffer.from(bytes).toString('utf8')))
  } catch (cause) {
    const found = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : ''
    throw packError('PACK_MANIFEST', `Expected a JSON object in ${file}, found something else: ${found}`, { cause })
  }
}

function checkManifest(written: unknown, folder: string): PluginManifest {
  const parsed = parseManifest(written)
  if (parsed.ok) return parsed.manifest
  const issues = parsed.issues.map(({ path, message }) => `${path || 'manifest'}: ${message}`).join('\n')
  throw packError('PACK_MANIFEST', `Expected a manifest that holds in ${folder}, found:\n${issues}`, {
    details: { issues: parsed.issues },
  })
}

/** Two files that tell a name and a version must tell the same; one that tells none is fine. */
function checkAgreement({ id, version }: PluginManifest, { name, version: other }: PluginProject['packageJson']): void {
  const expected = `@${id} ${version}`
  const found = `${typeof name === 'string' ? name : `@${id}`} ${typeof other === 'string' ? other : version}`
  if (found === expected) return
  throw packError(
    'PACK_MANIFEST',
    `Expected package.json to say ${expected} as nexus.plugin.json does, found ${found}.`,
  )
}
