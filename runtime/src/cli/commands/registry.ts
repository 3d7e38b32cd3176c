import type { Command } from 'commander'
import type { CommandHost } from '../command-context.ts'
import { registryLoginCommands } from './registry-login.ts'
import { registryNamespaceCommands } from './registry-namespace.ts'
import { registryPeopleCommands } from './registry-people.ts'
import { registryRootCommand } from './registry-root.ts'
import { registrySecondFactorCommand } from './registry-second-factor.ts'
import { registryTokenCommand } from './registry-token.ts'
import { registryTrustCommand } from './registry-trust.ts'

/** `nexus registry …`: who one is at a registry, and what its operator does. */
export function registryCommand(command: Command, host: CommandHost): void {
  command.description('Be somebody at a registry, and operate one.')
  registryLoginCommands(command, host)
  registryTokenCommand(command.command('token'), host)
  registrySecondFactorCommand(command.command('2fa'), host)
  registryNamespaceCommands(command.command('namespace'), command.command('member'), host)
  registryTrustCommand(command.command('trust'), host)
  const people = {
    invite: command.command('invite'),
    account: command.command('account'),
    reserve: command.command('reserve'),
  }
  registryPeopleCommands(people, host)
  registryRootCommand(command.command('root'), host)
}
