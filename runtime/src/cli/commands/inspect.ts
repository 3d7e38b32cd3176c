import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type PluginManifest, errorCode, parseManifest } from '@nexus/plugin-api'
import type { Command } from 'commander'
import type { PluginComparison, PluginDescription, Scan } from '../../developer/index.ts'
import { type CommandContext, type CommandHost, action } from '../command-context.ts'
import { visible } from '../console.ts'
import { cliError } from '../errors.ts'
import { scanLines } from '../finding-text.ts'
import { registryOption } from '../publisher-session.ts'
import { findRegistryUrl } from '../registry-access.ts'
import { readPacked } from './plugin-publish.ts'

/** What a plugin is, wherever it lies. */
interface Looked {
  readonly manifest: PluginManifest
  /** Absent for a release: the registry checked it when it came. */
  readonly scan?: Scan
}

/** `nexus inspect`: what an admin will read before installing. */
export function inspectCommand(command: Command, host: CommandHost): void {
  command
    .argument('[plugin]', 'folder, packed plugin, or `publisher/name[@version]` of the registry', '.')
    .description(
      'Show what a plugin may touch, its tools and limits, what the checks find, and what changed since the last release.',
    )
    .option(...registryOption)
    .action(action(host, inspect))
}

async function inspect(context: CommandContext, given: string, options: { readonly registry?: string }): Promise<void> {
  const { comparePlugins, describePlugin } = await import('../../developer/index.ts')
  const { manifest, scan } = await lookAt(context, given, options.registry)
  const before = await releaseBefore(context, manifest, options.registry)
  const described = describePlugin(manifest)
  const comparison = before === undefined ? undefined : comparePlugins(before, manifest)
  context.output.answer({ ...described, scan: scan ?? null, comparison: comparison ?? null }, [
    ...describedLines(described),
    ...(scan === undefined ? [] : ['Checks:', ...scanLines(scan)]),
    ...comparisonLines(comparison),
  ])
}

async function lookAt({ environment }: CommandContext, given: string, registry: string | undefined): Promise<Looked> {
  const { checkBundle, packChecked } = await import('../../developer/index.ts')
  const facts = await stat(resolve(given)).catch(() => undefined)
  if (facts !== undefined) {
    const checked = facts.isDirectory() ? await packChecked(resolve(given)) : await checkBundle(await readPacked(given))
    return { manifest: checked.contents.manifest, scan: checked.scan }
  }
  const [id = '', version] = given.split('@')
  if (!/^[a-z0-9-]+\/[a-z0-9-]+$/.test(id))
    throw cliError(
      'CLI_NOT_FOUND',
      `Expected a folder, a packed plugin or publisher/name, found ${JSON.stringify(given)}.`,
    )
  const { createRegistryClient, withRegistryWords } = await import('../../publishing/index.ts')
  await using client = createRegistryClient(await findRegistryUrl(registry, environment))
  const release = await withRegistryWords(version === undefined ? client.resolve(id, '*') : client.release(id, version))
  return { manifest: readTold(release.manifest) }
}

/** The newest release with another version; `undefined` when there is none, or no registry to ask. */
async function releaseBefore(
  { environment }: CommandContext,
  { id, version }: PluginManifest,
  registry: string | undefined,
): Promise<PluginManifest | undefined> {
  const { createRegistryClient } = await import('../../publishing/index.ts')
  try {
    await using client = createRegistryClient(await findRegistryUrl(registry, environment))
    const { versions } = await client.plugin(id)
    const at = versions.findIndex((release) => release.version === version)
    const previous = versions.slice(at + 1).find((release) => !release.yanked && release.version !== version)
    return previous === undefined ? undefined : readTold((await client.release(id, previous.version)).manifest)
  } catch (error) {
    const code = errorCode(error)
    if (code === 'INSTALL_RELEASE_NOT_FOUND' || code === 'CLI_NO_HOST' || code === 'REGISTRY_UNREACHABLE')
      return undefined
    throw error
  }
}

/** A manifest as the registry tells it. */
function readTold(told: unknown): PluginManifest {
  const parsed = parseManifest(told)
  if (parsed.ok) return parsed.manifest
  throw cliError('CLI_ANSWER', 'Expected a manifest that this version of Nexus reads, found another one.')
}

function describedLines(plugin: PluginDescription): readonly string[] {
  const { id, version, kind, displayName, description, license, permissions, tools, profile, limits } = plugin
  const narrowed = Object.entries(limits).map(([name, value]) => `${name} ${value}`)
  return [
    `${id} ${version}: ${visible(displayName)} (${kind}, ${license})`,
    `  ${visible(description)}`,
    'May touch:',
    ...(permissions.length === 0 ? ['  Nothing outside its sandbox.'] : []),
    ...permissions.map(({ family, what, reason, optional }) =>
      visible(`  ${family.padEnd(9)} ${what}${optional ? ' — optional' : ''}: ${reason}`),
    ),
    `Sandbox: ${profile}${narrowed.length === 0 ? '' : `, narrowed to ${narrowed.join(', ')}`}`,
    'Tools:',
    ...(tools.length === 0 ? ['  None in the manifest.'] : []),
    ...tools.map((tool) => visible(`  ${tool.name}: ${tool.description}`)),
  ]
}

const CHANGES = { wider: '+', narrower: '-', added: '+', removed: '-', changed: '~', same: ' ' } as const

function comparisonLines(comparison: PluginComparison | undefined): readonly string[] {
  if (comparison === undefined) return ['No release to compare with.']
  const { from, permissions, tools } = comparison
  const lines = [
    ...permissions.map(
      ({ family, name, verbs, change }) => `  ${CHANGES[change]} ${family} ${name} (${verbs.join(', ')}): ${change}`,
    ),
    ...tools.map(({ name, change }) => `  ${CHANGES[change]} tool ${name}: ${change}`),
  ]
  return [`Since ${from}:`, ...(lines.length === 0 ? ['  Same permissions, same tools.'] : lines.map(visible))]
}
