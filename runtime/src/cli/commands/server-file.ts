import { readFile, writeFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import type { CommandContext } from '../command-context.ts'
import { visible } from '../console.ts'
import { cliError } from '../errors.ts'

/** `nexus server export`. */
export async function exportServer(
  { connect, output, console }: CommandContext,
  name: string,
  options: { readonly output?: string },
): Promise<void> {
  const exported = await (await connect()).call('exportVirtualServer', { params: { name } })
  if (options.output !== undefined) {
    await writeFile(options.output, exported.yaml)
    output.answer({ ...exported, file: options.output }, [`Wrote ${options.output}.`])
  } else if (output.json) output.answer(exported, [])
  else console.stdout.write(exported.yaml)
}

/** `nexus server import`. */
export async function importServer(
  { connect, output, console }: CommandContext,
  file: string,
  options: { readonly name?: string; readonly replace?: boolean },
): Promise<void> {
  const yaml = file === '-' ? await text(console.stdin) : await readText(file)
  const body = {
    yaml,
    replace: options.replace === true,
    ...(options.name === undefined ? {} : { name: options.name }),
  }
  const { server, created, missing } = await (await connect()).call('importVirtualServer', { body })
  const absent = missing.map((label) => visible(`  ! There is no upstream \`${label}\` here.`))
  output.answer({ server, created, missing }, [
    `${created ? 'Created' : 'Changed'} ${server.name}: ${server.url}`,
    ...absent,
  ])
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw cliError('CLI_USAGE', `Expected a file that can be read, found none at ${file}.`, { cause })
  }
}
