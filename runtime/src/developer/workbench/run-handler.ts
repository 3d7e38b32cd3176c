import { randomUUID } from 'node:crypto'
import type { JsonValue, PolicyDecision, PolicyEvent } from '@nexus/plugin-api'
import { pluginPrincipal } from '../../identity/principal.ts'
import type { Invocation } from '../../sandbox/sandbox.ts'
import { developerError } from '../errors.ts'
import type { Installed } from './install.ts'

/** Runs a schedule of the plugin now, as its clock would. Rejects with what the handler failed with. */
export async function runSchedule(installed: Installed, name: string, at: Date): Promise<void> {
  const known = installed.row.grants.schedules.map((schedule) => schedule.name)
  if (!known.includes(name)) throw unknown('schedule', name, known)
  await invoke(installed, {
    handler: 'schedule',
    name,
    payload: JSON.stringify({ name, scheduledAt: at.toISOString() }),
  })
}

/** Lets the plugin hear an event. Rejects with what the handler failed with. */
export async function hearEvent(
  installed: Installed,
  event: { readonly name: string; readonly payload: JsonValue; readonly source: string; readonly at: Date },
): Promise<void> {
  const known = installed.row.grants.events.flatMap(({ event: name, direction }) =>
    direction === 'subscribe' ? [name] : [],
  )
  if (!known.includes(event.name)) throw unknown('event that the plugin hears', event.name, known)
  await invoke(installed, {
    handler: 'event',
    name: event.name,
    payload: JSON.stringify({ ...event, at: event.at.toISOString() }),
  })
}

/** Asks a policy, as the host does before a call or after it. Rejects with what the handler failed with. */
export async function askPolicy(installed: Installed, name: string, event: PolicyEvent): Promise<PolicyDecision> {
  const { manifest } = installed.row
  const known = manifest.kind === 'policy-pack' ? manifest.contributes.policies.map((policy) => policy.name) : []
  if (!known.includes(name)) throw unknown('policy', name, known)
  const answer = await invoke(installed, { handler: 'policy', name, payload: JSON.stringify(event) })
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- whatever it answers is what the test looks at
  return JSON.parse(answer) as PolicyDecision
}

async function invoke(
  { row, site }: Installed,
  call: Pick<Invocation, 'handler' | 'name' | 'payload'>,
): Promise<string> {
  const principal = pluginPrincipal(row.workspaceId, row.pluginId)
  const { sandbox } = site
  if (sandbox === undefined) throw developerError('BENCH_START', 'Expected a plugin that runs, found it stopped.')
  return await sandbox.invoke({
    ...call,
    requestId: randomUUID(),
    principal: { id: principal.id, displayName: principal.displayName },
    origin: { principal, depth: 0, chain: [] },
    signal: new AbortController().signal,
  })
}

function unknown(what: string, name: string, known: readonly string[]): Error {
  return developerError(
    'BENCH_UNKNOWN',
    `Expected a ${what}, found ${JSON.stringify(name)}. It has: ${known.join(', ') || 'none'}.`,
  )
}
