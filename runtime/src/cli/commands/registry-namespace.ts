import type { Command } from 'commander'
import { type CommandContext, type CommandHost, action } from '../command-context.ts'
import { table, visible } from '../console.ts'
import { requireYes } from '../prompt.ts'
import { type RegistryOptions, openPublicSession, openSession } from '../registry-session.ts'

/** `nexus registry namespace …` and `member …`: publishers, who acts for them, and whose they are. */
export function registryNamespaceCommands(namespace: Command, member: Command, host: CommandHost): void {
  const registry = ['--registry <url>', 'registry'] as const
  const otp = ['--otp <code>', 'code of the second factor'] as const
  const make = (parent: Command, words: string, description: string) =>
    parent
      .command(words)
      .description(description)
      .option(...registry)
  namespace.description('Namespaces of a registry: create, prove, ask for a second factor, hand over.')
  make(namespace, 'check <name>', 'Is this name free, taken, reserved, or too close to another?').action(
    action(host, check),
  )
  make(namespace, 'create <publisher>', 'Create a publisher that you own.')
    .option('--name <name>', 'what people see; the id by default')
    .option(...otp)
    .action(action(host, create))
  make(namespace, 'prove <publisher> [domain]', 'Begin to prove a domain, or look whether it shows the challenge.')
    .option(...otp)
    .action(action(host, prove))
  make(namespace, 'policy <publisher> <none|automation|always>', 'How much publishing asks for a second factor.')
    .option(...otp)
    .action(action(host, setPolicy))
  make(namespace, 'transfer <publisher> <account>', 'Hand a publisher over; owners become maintainers.')
    .option('--yes', 'do it without being asked')
    .option(...otp)
    .action(action(host, transfer))
  member.description('Members of a publisher: owner, maintainer, reader.')
  make(member, 'list <publisher>', 'Members and their roles.').action(action(host, listMembers))
  make(member, 'set <publisher> <account> <role>', 'Make an account a member, or change its role.')
    .option(...otp)
    .action(action(host, setMember))
  make(member, 'remove <publisher> <account>', 'End a membership; yours too.')
    .option(...otp)
    .action(action(host, removeMember))
}

async function check(context: CommandContext, name: string, options: RegistryOptions): Promise<void> {
  await using session = await openPublicSession(context, options)
  const verdict = await session.call('checkName', { query: { name } })
  const { similarTo } = verdict
  context.output.answer(verdict, [
    `${visible(name)}: ${verdict.verdict}${similarTo === undefined ? '' : `, it looks like ${visible(similarTo)}`}`,
  ])
}

async function create(
  context: CommandContext,
  publisher: string,
  options: RegistryOptions & { readonly name?: string },
): Promise<void> {
  await using session = await openSession(context, options)
  const made = await session.call('createPublisher', {
    body: { id: publisher, displayName: options.name ?? publisher },
  })
  context.output.answer(made, [`Created ${visible(made.id)}; you own it.`])
}

async function prove(
  context: CommandContext,
  publisher: string,
  domain: string | undefined,
  options: RegistryOptions,
): Promise<void> {
  await using session = await openSession(context, options)
  const params = { publisher }
  if (domain !== undefined) {
    const proof = await session.call('beginNamespaceProof', { params, body: { domain } })
    context.output.answer(proof, [
      `To show that ${visible(domain)} is yours, do one of these:`,
      `  DNS   TXT record at ${proof.dns.name} with the value`,
      `        ${proof.dns.value}`,
      `  HTTP  ${proof.wellKnown.url} serves`,
      `        ${JSON.stringify(proof.wellKnown.document)}`,
      `Then: nexus registry namespace prove ${visible(publisher)}`,
    ])
    return
  }
  const proof = await session.call('checkNamespaceProof', { params })
  context.output.answer(proof, [`${visible(publisher)} is verified: ${proof.domain} by ${proof.verified?.method}.`])
}

async function setPolicy(
  context: CommandContext,
  publisher: string,
  secondFactor: string,
  options: RegistryOptions,
): Promise<void> {
  await using session = await openSession(context, options)
  await session.call('setPublishPolicy', { params: { publisher }, body: { secondFactor } })
  context.output.answer({ publisher, secondFactor }, [`Publishing in ${visible(publisher)}: ${visible(secondFactor)}.`])
}

async function transfer(
  context: CommandContext,
  publisher: string,
  account: string,
  options: RegistryOptions & { readonly yes?: boolean },
): Promise<void> {
  await requireYes(context, options.yes, `Hand ${visible(publisher)} over to ${visible(account)}?`)
  await using session = await openSession(context, options)
  await session.call('transferPublisher', { params: { publisher }, body: { to: account } })
  context.output.answer({ publisher, owner: account }, [`${visible(account)} owns ${visible(publisher)} now.`])
}

async function listMembers(context: CommandContext, publisher: string, options: RegistryOptions): Promise<void> {
  await using session = await openPublicSession(context, options)
  const { items } = await session.call('members', { params: { publisher } })
  const rows = items.map(({ account, role, since }) => [account, role, since.slice(0, 10)])
  context.output.answer(items, table([['Account', 'Role', 'Since'], ...rows]))
}

async function setMember(
  context: CommandContext,
  publisher: string,
  account: string,
  role: string,
  options: RegistryOptions,
): Promise<void> {
  await using session = await openSession(context, options)
  await session.call('setMember', { params: { publisher, account }, body: { role } })
  context.output.answer({ publisher, account, role }, [
    `${visible(account)} is ${visible(role)} of ${visible(publisher)}.`,
  ])
}

async function removeMember(
  context: CommandContext,
  publisher: string,
  account: string,
  options: RegistryOptions,
): Promise<void> {
  await using session = await openSession(context, options)
  await session.call('removeMember', { params: { publisher, account } })
  context.output.answer({ publisher, account }, [`${visible(account)} is no member of ${visible(publisher)} any more.`])
}
