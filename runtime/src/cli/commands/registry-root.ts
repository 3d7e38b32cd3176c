import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import { type CommandContext, type CommandHost, action } from '../command-context.ts'
import { visible } from '../console.ts'
import { dataFolder } from '../credentials.ts'
import { cliError } from '../errors.ts'
import { requireYes } from '../prompt.ts'
import { findOwnRegistry, findRegistryUrl } from '../registry-access.ts'

const collect = (value: string, before: readonly string[] = []) => [...before, value]
const REGISTRY = ['--registry <url>', 'the registry (NEXUS_REGISTRY_URL; else the one on this machine)'] as const
const DAY_MS = 24 * 60 * 60 * 1000
/** Days before its end from which on a root is called urgent. */
const URGENT_DAYS = 60

/** `nexus registry root …`: the keys that everybody's trust in a registry follows from. */
export function registryRootCommand(command: Command, host: CommandHost): void {
  command.description('The root of a registry: renew it once a year, replace its keys, pin it on a host.')
  command
    .command('status')
    .description('Show the root’s version, its end, its keys, and which of them still lie with the registry.')
    .option(...REGISTRY)
    .action(action(host, status))
  command
    .command('rotate')
    .description('Write the next root, unsigned: renewed for a year, with keys replaced if you say which.')
    .requiredOption('--out <file>', 'where the draft goes')
    .option(...REGISTRY)
    .option('--replace <keyId>', 'a root key that goes; may be given again', collect)
    .option('--new-key <file>', 'new file for the private key that comes in its place', collect)
    .option('--new-online-key <file>', 'new file for a new key of the registry itself')
    .action(action(host, rotate))
  command
    .command('sign <draft>')
    .description('Sign a draft with a root key. Needs no network: do it where the key is kept.')
    .requiredOption('--key <file>', 'the private key')
    .action(action(host, sign))
  command
    .command('install <draft>')
    .description('Put a draft in place that enough old and enough new root keys signed.')
    .option(...REGISTRY)
    .action(action(host, install))
  command
    .command('pin <root>')
    .description('Make this host trust a registry’s root from a file, in place of the one it trusts now.')
    .option('--yes', 'do it without being asked')
    .action(action(host, pin))
}

interface RegistryOption {
  readonly registry?: string
}

async function openCeremony({ environment }: CommandContext, given: string | undefined) {
  // Loaded only here: signing needs libraries that no other command does.
  const { openRootCeremony } = await import('../../install/tuf/index.ts')
  return openRootCeremony(await findRegistryUrl(given, environment))
}

async function status(context: CommandContext, options: RegistryOption): Promise<void> {
  await using ceremony = await openCeremony(context, options.registry)
  const found = await ceremony.status()
  const days = Math.floor((Date.parse(found.expires) - Date.now()) / DAY_MS)
  const here = found.keys.filter((key) => key.here).length
  context.output.answer({ ...found, daysLeft: days }, [
    `Root ${found.version}, ends ${found.expires.slice(0, 10)} (in ${days} days)${days < URGENT_DAYS ? ': renew it now' : ''}.`,
    `${found.threshold} of ${found.keys.length} keys must sign:`,
    ...found.keys.map((key) => `  ${key.keyId}${key.here ? '  lies with the registry' : ''}`),
    `Key of the registry itself: ${found.onlineKeyId}`,
    ...(here >= found.threshold
      ? [
          `${here} root keys lie with the registry: move all but one elsewhere, or whoever breaks in there becomes root.`,
        ]
      : []),
  ])
}

interface RotateOptions extends RegistryOption {
  readonly out: string
  readonly replace?: readonly string[]
  readonly newKey?: readonly string[]
  readonly newOnlineKey?: string
}

async function rotate(context: CommandContext, options: RotateOptions): Promise<void> {
  const { writeDraft } = await import('../../install/tuf/index.ts')
  await using ceremony = await openCeremony(context, options.registry)
  const { replace = [], newKey = [], newOnlineKey } = options
  const draft = await ceremony.draft({ replace, newKeys: newKey, newOnlineKey })
  await writeDraft(options.out, draft)
  const { version, roles } = draft.root.signed
  context.output.answer({ draft: options.out, version, threshold: roles.root.threshold, keys: roles.root.keyids }, [
    `Wrote root ${version} to ${visible(options.out)}, unsigned.`,
    `Carry it to the keys: nexus registry root sign ${visible(options.out)} --key <file>`,
    `${roles.root.threshold} keys of the root of now and ${roles.root.threshold} of the next one must sign; a key that is in both counts for both.`,
    ...(newOnlineKey === undefined
      ? []
      : [
          `Lay ${visible(newOnlineKey)} into the registry’s data folder as tuf-online-key.next.pem before you install.`,
        ]),
  ])
}

async function sign({ output }: CommandContext, path: string, options: { readonly key: string }): Promise<void> {
  const { signDraft, writeDraft } = await import('../../install/tuf/index.ts')
  const { draft, keyId } = await signDraft(await readJson(path), options.key)
  await writeDraft(path, draft)
  const signers = draft.root.signatures.map(({ keyid }) => keyid)
  output.answer({ draft: path, signedBy: keyId, signers }, [
    `Signed with ${keyId}. ${signers.length} of the signatures are there:`,
    ...signers.map((id) => `  ${id}`),
  ])
}

async function install(context: CommandContext, path: string, options: RegistryOption): Promise<void> {
  await using ceremony = await openCeremony(context, options.registry)
  const given = context.environment['NEXUS_REGISTRY_ADMIN_TOKEN']
  const token = given ?? (await findOwnRegistry(context.environment)).adminToken
  const { version, expires } = await ceremony.install(await readJson(path), token)
  context.output.answer({ version, expires }, [`Root ${version} is in place until ${expires.slice(0, 10)}.`])
}

async function pin(context: CommandContext, path: string, options: { readonly yes?: boolean }): Promise<void> {
  const { openTufFolder, readRoot } = await import('../../install/tuf/index.ts')
  const text = await readFile(path, 'utf8')
  const { version, roles } = readRoot(text)
  await requireYes(
    context,
    options.yes,
    `Whoever holds ${roles.root.threshold} of the keys ${roles.root.keyids.map((id) => id.slice(0, 16)).join(', ')} decides what this host installs. Trust this root?`,
  )
  const folder = await openTufFolder(dataFolder(context.environment))
  await folder.pin(text, true)
  context.output.answer({ version, keys: roles.root.keyids }, [`Pinned root ${version}. Start the host again.`])
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch (cause) {
    throw cliError('CLI_USAGE', `Expected JSON in ${path}, found none that can be read.`, { cause })
  }
}
