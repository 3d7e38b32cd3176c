import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import type { SignerDecision, TrustPolicy } from '../../contract/index.ts'
import { type CommandContext, type CommandHost, action } from '../command-context.ts'
import { table, visible } from '../console.ts'
import { cliError } from '../errors.ts'
import { requireYes } from '../prompt.ts'
import { parsePolicyArguments } from '../policy-arguments.ts'

/** `nexus trust …`: whom and what this host believes. */
export function trustCommand(command: Command, host: CommandHost): void {
  command.description('Whom and what this host believes: policy, pinned signers, signers that wait for a decision.')
  command
    .command('show [publisher]')
    .description('Show policy, pins and what waits; with a publisher, the signers that the registry lists for it.')
    .action(action(host, show))
  command
    .command('set <rule=value...>')
    .description(
      'Change rules of the policy, for example `provenance=required`, `minimumReleaseAgeHours=48`, `licenses=MIT,Apache-2.0`, `licenses=any`.',
    )
    .action(action(host, set))
  command
    .command('pin <publisher> [signers...]')
    .description(
      'Believe these signers of a publisher (those that `trust show` lists); without any, all that it lists.',
    )
    .option('--yes', 'do it without being asked')
    .action(action(host, pin))
  command
    .command('unpin <publisher> [signer]')
    .description('Believe a publisher, or one signer of it, no more. What runs because of it is stopped.')
    .option('--yes', 'do it without being asked')
    .action(action(host, unpin))
  command
    .command('decide <decision>')
    .description('Accept or reject a signer that a known publisher never had here.')
    .option('--accept', 'believe it from now on')
    .option('--reject', 'do not, and do not ask again')
    .action(action(host, decide))
  command
    .command('sigstore <file>')
    .description("Set who vouches for identities and builds: a `trusted_root.json` of Sigstore's format.")
    .action(action(host, sigstore))
}

async function show({ connect, output }: CommandContext, publisher?: string): Promise<void> {
  const client = await connect()
  if (publisher !== undefined) {
    const offered = await client.call('offeredSigners', { params: { publisher } })
    const rows = offered.signers.map(({ signer, kind, pinned }) => [
      signer,
      kind,
      pinned ? 'pinned here' : 'not pinned',
    ])
    output.answer(offered, table([['Signer', 'Kind', ''], ...rows]))
    return
  }
  const [trust, { policy, decisions }] = await Promise.all([client.call('trust'), client.call('trustPolicy')])
  const pins = trust.publishers.flatMap(({ id, keys, identities = [], pinnedAt }) => [
    ...keys.map(({ keyId }) => [id, `sha256:${keyId}`, pinnedAt]),
    ...identities.map(({ issuer, subject }) => [id, `${issuer} ${subject}`, pinnedAt]),
  ])
  output.answer({ ...trust, policy, decisions }, [
    `Registry ${trust.registryUrl}`,
    ...trust.registryKeys.map(({ keyId }) => `  sha256:${keyId}`),
    '',
    ...table([['Rule', 'Value'], ...policyRows(policy)]),
    '',
    ...table([['Publisher', 'Signer', 'Since'], ...pins]),
    ...decisionLines(decisions),
  ])
}

function policyRows(policy: TrustPolicy): readonly (readonly string[])[] {
  const { version: _, ...rules } = policy
  return Object.entries(rules).map(([rule, value]) => [rule, valueText(value)])
}

function valueText(value: TrustPolicy[keyof TrustPolicy]): string {
  if (value === null) return 'any'
  return Array.isArray(value) ? value.join(', ') || 'none' : String(value)
}

function decisionLines(decisions: readonly SignerDecision[]): readonly string[] {
  const waiting = decisions.filter(({ state }) => state === 'waiting')
  if (waiting.length === 0) return []
  const rows = waiting.map(({ id, publisherId, signer, pluginId, version }) => [
    id,
    publisherId,
    signer,
    `${pluginId}@${version}`,
  ])
  return [
    '',
    ...table([['Decision', 'Publisher', 'New signer', 'Seen with'], ...rows]),
    'Decide with: nexus trust decide <decision> --accept|--reject',
  ]
}

async function set({ connect, output }: CommandContext, rules: readonly string[]): Promise<void> {
  const view = await (await connect()).call('changeTrustPolicy', { body: parsePolicyArguments(rules) })
  output.answer(view, table([['Rule', 'Value'], ...policyRows(view.policy)]))
}

async function pin(
  context: CommandContext,
  publisher: string,
  wanted: readonly string[],
  { yes }: { readonly yes?: boolean },
): Promise<void> {
  const client = await context.connect()
  const { signers: offered } = await client.call('offeredSigners', { params: { publisher } })
  const signers = wanted.length > 0 ? wanted : offered.map(({ signer }) => signer)
  for (const signer of signers) context.output.note(visible(`  ${signer}`))
  await requireYes(context, yes, `Compare these with what ${visible(publisher)} says of itself. Believe them?`)
  const pinned = await client.call('pinPublisher', { params: { publisher }, body: { signers: [...signers] } })
  context.output.answer(pinned, [`Pinned ${signers.length} of ${visible(publisher)}.`])
}

async function unpin(
  context: CommandContext,
  publisher: string,
  signer: string | undefined,
  { yes }: { readonly yes?: boolean },
): Promise<void> {
  await requireYes(context, yes, `What runs because of ${visible(signer ?? publisher)} will be stopped. Go on?`)
  const client = await context.connect()
  await client.call('unpinPublisher', { params: { publisher }, query: { signer } })
  context.output.answer({ publisher, ...(signer !== undefined && { signer }) }, [
    `${visible(signer ?? publisher)} is not believed any more.`,
  ])
}

async function decide(
  { connect, output }: CommandContext,
  id: string,
  { accept = false, reject = false }: { readonly accept?: boolean; readonly reject?: boolean },
): Promise<void> {
  if (accept === reject) throw cliError('CLI_USAGE', 'Expected either --accept or --reject.')
  const view = await (await connect()).call('decideSigner', { params: { id }, body: { accept } })
  output.answer(view, [accept ? 'Accepted: releases by this signer can be installed now.' : 'Rejected.'])
}

async function sigstore({ connect, output }: CommandContext, path: string): Promise<void> {
  const root = parseJson(await readFile(path, 'utf8'))
  if (typeof root !== 'object' || root === null)
    throw cliError('CLI_USAGE', `Expected a trusted_root.json in ${path}, found something else.`)
  await (await connect()).call('setSigstoreRoot', { body: root })
  output.answer({ file: path }, [`This host believes the Sigstore instance of ${visible(path)} now.`])
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The caller says what was expected.
    return undefined
  }
}
