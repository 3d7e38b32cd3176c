import type { Command } from 'commander'
import { type CommandHost, action } from '../command-context.ts'
import { pluginBudgets } from './plugin-budgets.ts'
import { pluginLimits } from './plugin-limits.ts'
import { pluginUnused } from './plugin-unused.ts'
import { releasePlugin, restartPlugin } from './plugin-restart.ts'
import { pluginUsage } from './plugin-usage.ts'

const collect = (value: string, before: readonly string[]): readonly string[] => [...before, value]

/** The part of `nexus plugin …` that looks at what plugins use and bounds it. */
export function oversightCommands(command: Command, host: CommandHost): void {
  command
    .command('usage <plugin>')
    .description('What an installed plugin used: calls, CPU, memory, traffic, crossed limits.')
    .option('--range <range>', 'hour, day, month or year', 'day')
    .action(action(host, pluginUsage))
  command
    .command('limits <plugin>')
    .description('Show its limits and who decided on each, or narrow them; never above the profile.')
    .option('--set <limit=value>', 'narrow a limit, for example memoryMb=16; may be given several times', collect, [])
    .option('--clear <limit>', 'give a limit back; may be given several times', collect, [])
    .option('--now', 'let the running plugin meet them at once; refused when it does not come up')
    .action(action(host, pluginLimits))
  command
    .command('budgets <plugin>')
    .description('Show its budgets, or set one: calls, cpuSeconds or egressBytes per day or month.')
    .option(
      '--set <budget>',
      'for example calls/day=1000, or calls/day=800:1000 to warn before; may be given several times',
      collect,
      [],
    )
    .option('--clear <budget>', 'remove a budget, for example calls/day; may be given several times', collect, [])
    .action(action(host, pluginBudgets))
  command
    .command('unused <plugin>')
    .description('What it was granted and did not use.')
    .option('--days <days>', 'how far to look back', '30')
    .option('--withhold', 'take all of it back; refused when the plugin does not start without it')
    .option('--restore', 'give back what was taken back')
    .option('--yes', 'take back without being asked')
    .action(action(host, pluginUnused))
  command
    .command('restart <plugin>')
    .description('Stop and start an installed plugin; ends a quarantine too.')
    .action(action(host, restartPlugin))
  command
    .command('release <plugin>')
    .description('End a quarantine, after looking at its reason.')
    .action(action(host, releasePlugin))
}
