import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { errorCode } from '@nexus/plugin-api'
import type { Command } from 'commander'
import type { ImportConfiguration, ImportPlan } from '../../contract/index.ts'
import type { ApiClient } from '../api-client.ts'
import { type CommandContext, type CommandHost, action } from '../command-context.ts'
import { table, visible } from '../console.ts'
import { cliError } from '../errors.ts'
import { installPlanned } from './plugin-install.ts'
import { sourceCommand } from './import-source.ts'

/** `nexus import …`: servers of MCP Registries and MCPB bundles as installations of nexus/stdio and nexus/remote. */
export function importCommand(command: Command, host: CommandHost): void {
  command.description('Servers of MCP Registries and MCPB bundles, installed through nexus/stdio and nexus/remote.')
  command
    .command('search [text]')
    .description('Servers of a registry, by a part of their name.')
    .option('--source <name>', 'registry to look in, see `nexus import source list`', 'own')
    .action(action(host, search))
  withInstallOptions(
    command
      .command('server <name>')
      .description('Install a server of a registry; --plan only shows what it asks for.')
      .option('--source <name>', 'registry it is in', 'own')
      .option('--server-version <version>', 'one exact version', 'latest'),
  ).action(action(host, importServer))
  withInstallOptions(
    command
      .command('bundle <file-or-url>')
      .description('Install an MCPB bundle, a file here or an https address.')
      .requiredOption('--sha256 <digest>', 'SHA-256 of the bundle as its author names it'),
  ).action(action(host, importBundle))
  sourceCommand(command.command('source'), host)
}

function withInstallOptions(command: Command): Command {
  return command
    .option('--way <number>', 'which of the ways the server offers; the first that runs here when absent')
    .option('--set <key=value...>', 'inputs of the server', [])
    .option('--secret <key=name...>', 'inputs that are secrets, by the name of a secret of the workspace', [])
    .option('--config <name=value...>', 'further settings of the adapter, for example hosts=api.example.com', [])
    .option('--allow-private <host:port...>', 'targets whose private addresses are allowed', [])
    .option('--label <label>', 'prefix of the names of its tools')
    .option('--plan', 'only show what it asks for')
    .option('--yes', 'agree to the permissions without being asked')
}

interface ImportOptions {
  readonly way?: string
  readonly set: readonly string[]
  readonly secret: readonly string[]
  readonly config: readonly string[]
  readonly allowPrivate: readonly string[]
  readonly label?: string
  readonly plan?: boolean
  readonly yes?: boolean
}

async function search({ connect, output }: CommandContext, text: string | undefined, { source }: { source: string }) {
  const page = await (await connect()).call('importableServers', { query: { source, search: text } })
  const rows = page.items.map(({ name, version, offers, description }) => [
    name,
    version,
    offers.join(' '),
    visible(description),
  ])
  const lines =
    rows.length === 0 ? ['No servers found.'] : table([['Name', 'Version', 'Offers', 'Description'], ...rows])
  output.answer(page, lines)
}

async function importServer(
  context: CommandContext,
  name: string,
  options: ImportOptions & { readonly source: string; readonly serverVersion: string },
): Promise<void> {
  const server = { source: options.source, name, version: options.serverVersion }
  const client = await context.connect()
  await run(context, client, server, await client.call('planImport', { body: { server } }), options)
}

async function importBundle(
  context: CommandContext,
  place: string,
  options: ImportOptions & { readonly sha256: string },
): Promise<void> {
  const fileSha256 = options.sha256.toLowerCase()
  const client = await context.connect()
  if (/^https?:\/\//.test(place)) {
    const server = { bundleUrl: place, fileSha256 }
    await run(context, client, server, await client.call('planImport', { body: { server } }), options)
    return
  }
  const held = await client.call('holdBundle', { query: { fileSha256 }, bytes: await readBundle(place, fileSha256) })
  await run(context, client, { bundle: held.bundle }, held.plan, options)
}

/** Compared here first: a bundle that is not the one named does not leave this machine. */
async function readBundle(path: string, expected: string): Promise<Uint8Array> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw cliError('CLI_USAGE', `Expected a bundle in ${path}, found none (${errorCode(cause) ?? 'not readable'}).`, {
      cause,
    })
  })
  const found = createHash('sha256').update(bytes).digest('hex')
  if (found === expected) return bytes
  throw cliError(
    'CLI_USAGE',
    `Expected ${basename(path)} with the SHA-256 ${expected}, found ${found}. Do not install it before you know why.`,
  )
}

async function run(
  context: CommandContext,
  client: ApiClient,
  server: object,
  plan: ImportPlan,
  options: ImportOptions,
): Promise<void> {
  if (options.plan === true) {
    context.output.answer(plan, planLines(plan))
    return
  }
  const body = {
    server,
    option: chooseWay(plan, options.way),
    values: pairs(options.set),
    secrets: pairs(options.secret),
  }
  const made: ImportConfiguration = await client.call('importServer', { body })
  const asked = { pluginId: made.pluginId, ...(made.version !== undefined && { version: made.version }) }
  const first = await client.call('planInstall', { body: asked })
  const { parseConfigArguments } = await import('../config-arguments.ts')
  const config = { ...made.config, ...parseConfigArguments(options.config, first.config) }
  const wanted = await client.call('planInstall', { body: { ...asked, version: first.version, config } })
  await installPlanned(context, client, { plan: wanted, config }, { ...options, label: options.label ?? made.label })
}

function chooseWay({ options }: ImportPlan, given: string | undefined): number {
  if (given !== undefined) return Number(given)
  const usable = options.find(({ refusal }) => refusal === undefined)
  if (usable !== undefined) return usable.index
  const reason = options[0]?.refusal?.message ?? 'It names neither a package nor an address.'
  throw cliError('CLI_USAGE', `Expected a way to run the server here, found none. ${reason}`)
}

function pairs(written: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    written.map((text) => {
      const at = text.indexOf('=')
      if (at < 1) throw cliError('CLI_USAGE', `Expected key=value, found ${JSON.stringify(text)}.`)
      return [text.slice(0, at), text.slice(at + 1)]
    }),
  )
}

function planLines({ name, version, description, options }: ImportPlan): readonly string[] {
  return [
    `${name} ${version}`,
    visible(description),
    ...options.flatMap(({ index, title, inputs, refusal }) => [
      `${index}: ${visible(title)}${refusal === undefined ? '' : ` — ${refusal.code}: ${visible(refusal.message)}`}`,
      ...inputs.map(
        (input) =>
          `   ${input.secret ? '--secret' : '--set'} ${input.key}=…  ${visible(input.title)}${input.required ? ' (required)' : ''}${input.default === undefined ? '' : `, default ${visible(input.default)}`}`,
      ),
    ]),
  ]
}
