import type { LimitsView } from '../../contract/index.ts'
import type { CommandContext } from '../command-context.ts'
import { table } from '../console.ts'
import { cliError } from '../errors.ts'
import { findInstallation } from '../plugin-reference.ts'

interface LimitOptions {
  readonly set: readonly string[]
  readonly clear: readonly string[]
  readonly now?: boolean
}

/** `nexus plugin limits` */
export async function pluginLimits(
  { connect, output }: CommandContext,
  plugin: string,
  options: LimitOptions,
): Promise<void> {
  const client = await connect()
  const { id } = await findInstallation(client, plugin)
  const limits = { ...Object.fromEntries(options.set.map(parseLimit)), ...cleared(options.clear) }
  const body = { limits, restart: options.now ?? false }
  const changes = Object.keys(limits).length > 0 || options.now === true
  const view = changes
    ? await client.call('changeLimits', { params: { id }, body })
    : await client.call('installationLimits', { params: { id } })
  output.answer(view, linesOf(view))
}

function parseLimit(text: string): readonly [string, number] {
  const [name = '', value = '', ...rest] = text.split('=')
  if (name !== '' && /^\d+$/.test(value) && rest.length === 0) return [name, Number(value)]
  throw cliError('CLI_USAGE', `Expected a limit such as \`memoryMb=16\`, found ${JSON.stringify(text)}.`)
}

function cleared(names: readonly string[]): Readonly<Record<string, null>> {
  return Object.fromEntries(names.map((name) => [name, null]))
}

function linesOf({ profile, limits, pending }: LimitsView): readonly string[] {
  const rows = limits.map((limit) => [limit.name, String(limit.effective), limit.source, String(limit.profile)])
  return [
    ...table([['Limit', 'Value', 'Decided by', `Profile ${profile}`], ...rows]),
    ...(pending ? ['It runs with other limits until it is started again. `--now` lets it meet them at once.'] : []),
  ]
}
