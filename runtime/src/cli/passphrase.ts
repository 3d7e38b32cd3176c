import { readFile } from 'node:fs/promises'
import type { CommandContext } from './command-context.ts'
import { cliError } from './errors.ts'
import { askHidden } from './prompt.ts'

type Asking = Pick<CommandContext, 'console' | 'environment' | 'output'>

/** The option that names a file with the passphrase of the signing key. */
export const passphraseOption = [
  '--passphrase-file <file>',
  'file with the passphrase of the signing key (NEXUS_KEY_PASSPHRASE; else you are asked)',
] as const

/** The passphrase that opens a key: of the file, the environment, or whoever sits there. */
export async function readPassphrase(context: Asking, file: string | undefined): Promise<string> {
  const given = await givenPassphrase(context, file)
  if (given !== undefined) return given
  if (canAsk(context)) return await askHidden(context.console, 'Passphrase of the signing key: ')
  throw cliError(
    'CLI_USAGE',
    'Expected the passphrase of the signing key, found none. Give it in NEXUS_KEY_PASSPHRASE or with --passphrase-file.',
  )
}

/** The passphrase for a new key; `undefined` when there is none to seal it with, and nobody to ask. */
export async function newPassphrase(context: Asking, file: string | undefined): Promise<string | undefined> {
  const given = await givenPassphrase(context, file)
  if (given !== undefined) return given
  if (!canAsk(context)) return undefined
  const first = await askHidden(context.console, 'Passphrase for the new signing key, empty for none: ')
  if (first === '') return undefined
  if ((await askHidden(context.console, 'The same once more: ')) === first) return first
  throw cliError('CLI_USAGE', 'Expected the same passphrase twice, found two. Nothing was done.')
}

function canAsk({ console, output }: Asking): boolean {
  return console.stdin.isTTY === true && !output.json
}

async function givenPassphrase({ environment }: Asking, file: string | undefined): Promise<string | undefined> {
  const passphrase = file === undefined ? environment['NEXUS_KEY_PASSPHRASE'] : await readFirstLine(file)
  return passphrase === '' ? undefined : passphrase
}

async function readFirstLine(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).split(/\r?\n/)[0] ?? ''
  } catch (cause) {
    throw cliError('CLI_NOT_FOUND', `Expected a file with the passphrase at ${file}, found none that can be read.`, {
      cause,
    })
  }
}
