import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import type { CheckedPlugin } from '../../developer/index.ts'
import { type CommandContext, type CommandHost, action } from '../command-context.ts'
import { cliError } from '../errors.ts'
import { scanLines, sizeText } from '../finding-text.ts'
import { passphraseOption } from '../passphrase.ts'
import { findPublisher, openKey, tokenOf } from '../publisher-access.ts'
import { registryOption } from '../publisher-session.ts'
import { findRegistryUrl } from '../registry-access.ts'
import { readPacked } from './plugin-publish.ts'

interface PublishOptions {
  readonly publisher?: string
  readonly registry?: string
  readonly passphraseFile?: string
  readonly held?: boolean
  readonly provenance?: string
}

/** `nexus publish`: from sources to a release, in one go. */
export function publishCommand(command: Command, host: CommandHost): void {
  command
    .argument('[source]', 'folder of the plugin, or a packed one', '.')
    .description(
      'Pack, check, sign and release a plugin. May be said again: a release that is there already is a success.',
    )
    .option('--publisher <id|file>', "who signs; the publisher in the plugin's id by default")
    .option('--provenance <file>', 'Sigstore bundle with the SLSA provenance of the build, about these very bytes')
    .option('--held', 'publish although the checks found what the registry holds for a moderator')
    .option(...passphraseOption)
    .option(...registryOption)
    .action(action(host, publish))
}

async function publish(context: CommandContext, source: string, options: PublishOptions): Promise<void> {
  const { environment, output } = context
  const { createRegistryClient, findPublished, publishBundle, readProvenance } =
    await import('../../publishing/index.ts')
  const provenance = options.provenance === undefined ? undefined : await readProvenance(options.provenance)
  const { tgz, contents, scan } = await readSource(resolve(source))
  const { id, version } = contents.manifest
  output.note(`Packed    ${id} ${version}, ${sizeText(tgz.length)}`)
  for (const line of scanLines(scan)) output.note(line)
  if (scan.verdict === 'held' && options.held !== true) {
    throw cliError(
      'CLI_CONSENT',
      'Expected a plugin that the checks let pass, found errors. Mend them, or publish with --held.',
      {
        details: { errors: scan.findings.map(({ file, message }) => ({ path: file, message })) },
      },
    )
  }
  const access = await findPublisher(context, options.publisher ?? id.split('/')[0] ?? '')
  await using registry = createRegistryClient(await findRegistryUrl(options.registry, environment))
  const before = await findPublished(registry, id, version)
  if (before?.bundleDigest === contents.digests.bundle) {
    output.answer(
      { id, version, bundleDigest: before.bundleDigest, publishedAt: before.publishedAt, published: false },
      [`${id} ${version} is published already, with these very bytes.`],
    )
    return
  }
  const key = await openKey(context, access, options.passphraseFile)
  output.note(`Signed    with sha256:${key.keyId}`)
  const credentials = { ...access.file, token: tokenOf(context, access) }
  const { bundleDigest, publishedAt } = await publishBundle(registry, credentials, tgz, key, provenance)
  output.answer({ id, version, bundleDigest, key: `sha256:${key.keyId}`, publishedAt, published: true, scan }, [
    `Published ${id} ${version} to ${registry.url}.`,
    `  Install it: nexus plugin install ${id}`,
  ])
}

/** Packs a folder; takes what is packed already as it is. Both are looked at as the registry will. */
async function readSource(path: string): Promise<CheckedPlugin> {
  // Loaded only here: the bundler is needed by no other command.
  const { checkBundle, packChecked } = await import('../../developer/index.ts')
  const isFolder = await stat(path).then(
    (facts) => facts.isDirectory(),
    () => false,
  )
  return isFolder ? await packChecked(path) : await checkBundle(await readPacked(path))
}
