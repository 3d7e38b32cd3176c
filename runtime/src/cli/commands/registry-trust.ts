import type { Command } from 'commander'
import { type CommandContext, type CommandHost, action } from '../command-context.ts'
import { table, visible } from '../console.ts'
import { cliError } from '../errors.ts'
import { type RegistryOptions, openSession } from '../registry-session.ts'

/** `nexus registry trust …`: whose workflows may publish a package without a token. */
export function registryTrustCommand(command: Command, host: CommandHost): void {
  const registry = ['--registry <url>', 'registry'] as const
  const otp = ['--otp <code>', 'code of the second factor'] as const
  command.description('Trusted publishing: workflows that publish a package without a token.')
  command
    .command('list <package>')
    .description('Whom a package trusts.')
    .option(...registry)
    .action(action(host, list))
  command
    .command('github <package>')
    .description('Trust a workflow of GitHub Actions.')
    .requiredOption('--repository <owner/name>', 'repository')
    .requiredOption('--workflow <file>', 'file in .github/workflows')
    .option('--environment <name>', 'only in this environment')
    .option('--issuer <url>', 'of another GitHub than github.com')
    .option(...otp)
    .option(...registry)
    .action(action(host, addGithub))
  command
    .command('gitlab <package>')
    .description('Trust a pipeline of GitLab CI.')
    .requiredOption('--project <group/name>', 'project')
    .option('--file <file>', 'pipeline definition', '.gitlab-ci.yml')
    .option('--environment <name>', 'only in this environment')
    .option('--issuer <url>', 'of another GitLab than gitlab.com')
    .option(...otp)
    .option(...registry)
    .action(action(host, addGitlab))
  command
    .command('oidc <package>')
    .description('Trust identities of any issuer that the registry knows, by their claims.')
    .requiredOption('--issuer <url>', 'who vouches for the identity')
    .requiredOption('--claim <name=value...>', 'claims that must be there exactly; `sub` is one of them')
    .option(...otp)
    .option(...registry)
    .action(action(host, addOidc))
  command
    .command('remove <package> <id>')
    .description('End trust; the tokens it gave stop at once.')
    .option(...otp)
    .option(...registry)
    .action(action(host, remove))
}

async function list(context: CommandContext, name: string, options: RegistryOptions): Promise<void> {
  await using session = await openSession(context, options)
  const { items } = await session.call('trusts', { query: { package: name } })
  const rows = items.map(({ id, kind, issuer, claims }) => [id, kind, issuer, JSON.stringify(claims)])
  context.output.answer(items, table([['Id', 'Kind', 'Issuer', 'Claims'], ...rows]))
}

interface WorkflowOptions extends RegistryOptions {
  readonly environment?: string
  readonly issuer?: string
}

async function addGithub(
  context: CommandContext,
  name: string,
  options: WorkflowOptions & { readonly repository: string; readonly workflow: string },
): Promise<void> {
  const claims = { repository: options.repository, workflow_ref: { file: options.workflow }, ...environmentOf(options) }
  await add(context, name, 'github', claims, options)
}

async function addGitlab(
  context: CommandContext,
  name: string,
  options: WorkflowOptions & { readonly project: string; readonly file: string },
): Promise<void> {
  const claims = { project_path: options.project, ci_config_ref_uri: { file: options.file }, ...environmentOf(options) }
  await add(context, name, 'gitlab', claims, options)
}

async function addOidc(
  context: CommandContext,
  name: string,
  options: WorkflowOptions & { readonly claim: readonly string[] },
): Promise<void> {
  const claims = options.claim.map((text) => {
    const at = text.indexOf('=')
    if (at < 1) throw cliError('CLI_USAGE', `Expected --claim name=value, found ${JSON.stringify(text)}.`)
    return [text.slice(0, at), text.slice(at + 1)] as const
  })
  await add(context, name, 'oidc', Object.fromEntries(claims), options)
}

function environmentOf({ environment }: WorkflowOptions): { readonly environment?: string } {
  return environment === undefined ? {} : { environment }
}

async function add(
  context: CommandContext,
  name: string,
  kind: string,
  claims: Readonly<Record<string, unknown>>,
  options: WorkflowOptions,
): Promise<void> {
  await using session = await openSession(context, options)
  const body = { kind, claims, ...(options.issuer === undefined ? {} : { issuer: options.issuer }) }
  const made = await session.call('addTrust', { query: { package: name }, body })
  context.output.answer(made, [`${visible(name)} trusts workflows of ${visible(made.issuer)}; ${made.id} ends it.`])
}

async function remove(context: CommandContext, name: string, id: string, options: RegistryOptions): Promise<void> {
  await using session = await openSession(context, options)
  await session.call('removeTrust', { params: { trustId: id }, query: { package: name } })
  context.output.answer({ removed: id }, [`${visible(name)} no longer trusts ${visible(id)}.`])
}
