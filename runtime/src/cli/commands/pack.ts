import { writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { type CommandContext, type CommandHost, action } from '../command-context.ts'
import { EXIT } from '../exit-code.ts'
import { scanLines, sizeText } from '../finding-text.ts'

/** `nexus pack`: the bundle that can be signed and published. */
export function packCommand(command: Command, host: CommandHost): void {
  command
    .argument('[dir]', 'folder of the plugin', '.')
    .description(
      'Pack a plugin into a tarball and check it as the registry will: the same sources give the same bytes. Ends with 1 when the registry would hold it.',
    )
    .option('--out <file>', 'where to; <publisher>-<name>-<version>.tgz in the folder by default')
    .action(action(host, pack))
}

async function pack(
  { output, finishWith }: CommandContext,
  dir: string,
  options: { readonly out?: string },
): Promise<void> {
  // Loaded only here: the bundler is needed by no other command.
  const { packChecked } = await import('../../developer/index.ts')
  const folder = resolve(dir)
  const { tgz, contents, scan } = await packChecked(folder)
  const { id, version } = contents.manifest
  const file = resolve(options.out ?? join(folder, `${id.replace('/', '-')}-${version}.tgz`))
  await writeFile(file, tgz)
  const { bundle } = contents.digests
  output.answer({ id, version, file, size: tgz.length, bundleDigest: bundle, scan }, [
    `Packed ${id} ${version} into ${file} (${sizeText(tgz.length)}).`,
    `  Bytes ${bundle}`,
    ...scanLines(scan),
  ])
  if (scan.verdict === 'held') finishWith(EXIT.failed)
}
