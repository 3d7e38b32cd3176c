import type { Command } from 'commander'
import type { UpstreamView } from '../../contract/index.ts'
import { type CommandContext, type CommandHost, action } from '../command-context.ts'
import { table } from '../console.ts'

/** `nexus upstream …`: the servers behind the tools, and how they do. */
export function upstreamCommand(command: Command, host: CommandHost): void {
  command.description('The servers behind the tools: how they do, restart, replicas in and out of use.')
  command.command('list').description('State of every upstream and its replicas.').action(action(host, list))
  command
    .command('restart <label>')
    .description('Restart it, one replica after the other; calls in flight finish first.')
    .action(action(host, restart))
  command
    .command('drain <label> [replica]')
    .description('Send a replica no new calls; those in flight finish. The first one by default.')
    .action(action(host, drain))
  command
    .command('resume <label> [replica]')
    .description('Send a drained replica calls again. The first one by default.')
    .action(action(host, resume))
}

async function list({ connect, output }: CommandContext): Promise<void> {
  const { items } = await (await connect()).call('tools')
  const head = ['Upstream', 'Replica', 'State', 'Breaker', 'Calls', 'Waiting', 'Last error']
  output.answer(items, items.length === 0 ? ['There are no upstreams.'] : table([head, ...items.flatMap(rowsOf)]))
}

function rowsOf({ label, state, pool, lastError }: UpstreamView): readonly (readonly string[])[] {
  if (pool === undefined) return [[label, '', state, '', '', '', lastError?.code ?? '']]
  return pool.replicas.map((replica, index) => [
    label,
    replica.name,
    replica.draining ? `${replica.state}, draining` : replica.state,
    replica.retryAt === undefined ? replica.breaker : `open until ${replica.retryAt}`,
    `${replica.outstanding}/${pool.maxConcurrent}`,
    index === 0 ? `${pool.queued}/${pool.maxQueued}` : '',
    replica.lastError?.code ?? '',
  ])
}

async function restart({ connect, output }: CommandContext, label: string): Promise<void> {
  const view = await (await connect()).call('restartUpstream', { params: { label } })
  output.answer(view, [`Restarted ${label}: ${view.state}.`])
}

async function drain({ connect, output }: CommandContext, label: string, replica = '1'): Promise<void> {
  const view = await (await connect()).call('drainReplica', { params: { label, replica } })
  output.answer(view, [`${label} ${replica} gets no new calls; ${inFlight(view, replica)} in flight.`])
}

async function resume({ connect, output }: CommandContext, label: string, replica = '1'): Promise<void> {
  const view = await (await connect()).call('resumeReplica', { params: { label, replica } })
  output.answer(view, [`${label} ${replica} gets calls again.`])
}

function inFlight({ pool }: UpstreamView, name: string): number {
  return pool?.replicas.find((replica) => replica.name === name)?.outstanding ?? 0
}
