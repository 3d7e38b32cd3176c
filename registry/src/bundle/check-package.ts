import type { PluginManifest } from '@nexus/plugin-api'
import { z } from 'zod'
import type { PackageJson } from './contents.ts'
import { bundleError } from './errors.ts'

/** What npm runs by itself when a package is installed, packed or published. */
const LIFECYCLE_SCRIPTS = [
  'preinstall',
  'install',
  'postinstall',
  'preuninstall',
  'uninstall',
  'postuninstall',
  'prepublish',
  'prepublishOnly',
  'preprepare',
  'prepare',
  'postprepare',
  'prepack',
  'postpack',
  'publish',
  'postpublish',
  'dependencies',
] as const

const DEPENDENCY_FIELDS = ['dependencies', 'optionalDependencies', 'bundleDependencies', 'bundledDependencies'] as const

const dependencies = z.union([z.record(z.string(), z.unknown()), z.array(z.unknown()), z.boolean()]).optional()

const packageJsonSchema = z.looseObject({
  name: z.string(),
  version: z.string(),
  scripts: z.record(z.string(), z.unknown()).optional(),
  gypfile: z.unknown().optional(),
  dependencies,
  optionalDependencies: dependencies,
  bundleDependencies: dependencies,
  bundledDependencies: dependencies,
})

/** Checks `package.json`: it tells the same story as the manifest and makes no package tool run or fetch anything. */
export function checkPackageJson(value: unknown, manifest: PluginManifest): PackageJson {
  const parsed = packageJsonSchema.safeParse(value)
  if (!parsed.success) {
    throw bundleError(
      'BUNDLE_JSON',
      `Expected \`package.json\` with name and version, found: ${z.prettifyError(parsed.error)}`,
    )
  }
  const { name, version, scripts = {} } = parsed.data
  const expected = `@${manifest.id}`
  if (name !== expected || version !== manifest.version) {
    throw bundleError(
      'BUNDLE_MANIFEST_MISMATCH',
      `Expected \`package.json\` to say ${expected} ${manifest.version} as the manifest does, found another name or version.`,
      { details: { expected: `${expected}@${manifest.version}`, found: `${name}@${version}`.slice(0, 300) } },
    )
  }
  const script = LIFECYCLE_SCRIPTS.find((candidate) => Object.hasOwn(scripts, candidate))
  if (script !== undefined || parsed.data.gypfile !== undefined) {
    throw bundleError(
      'BUNDLE_INSTALL_SCRIPT',
      `Expected no script that runs by itself, found \`${script ?? 'gypfile'}\`. Remove it.`,
    )
  }
  const field = DEPENDENCY_FIELDS.find((candidate) => {
    const listed = parsed.data[candidate] ?? {}
    // `true` bundles whatever is there.
    return listed === true || Object.keys(listed).length > 0
  })
  if (field !== undefined) {
    throw bundleError(
      'BUNDLE_DEPENDENCIES',
      `Expected everything bundled into one file, found \`${field}\`. Move them to devDependencies.`,
    )
  }
  return { name, version }
}
