import { NexusError } from '@nexus/plugin-api'
import type { AuditTrail } from '../../audit/audit.ts'
import type { Principal } from '../../identity/principal.ts'
import type { VirtualServerRow } from '../../store/virtual-server-row.ts'
import type { Call } from '../call.ts'
import { gatewayError } from '../errors.ts'
import { recordCall } from '../router/record-call.ts'
import type { View } from '../router/view.ts'
import type { Upstream } from '../upstream/upstream.ts'
import { matchesUriTemplate } from '../upstream/uri-template.ts'
import type { CallRates } from './call-rates.ts'
import type { FilteredEntry } from './entry-filter.ts'
import { judgeAtDoor } from './server-door.ts'

interface Doors {
  readonly audit: Pick<AuditTrail, 'record'>
  readonly rates: CallRates
}

/**
 * What a virtual server itself asks of a call, before the workspace's policy is asked: its rules, then its limits. Fails
 * with `POLICY_DENIED` or `SERVER_RATE_LIMITED`, written into the audit trail.
 */
export function passServer(
  { audit, rates }: Doors,
  call: Call,
  server: VirtualServerRow | undefined,
  entry: FilteredEntry & { readonly upstream: Upstream },
): void {
  if (server !== undefined) pass({ audit, rates }, call, server, entry, [entry])
}

/** The same for the read of a resource: the template it may be read by counts too. */
export function passToResource(doors: Doors, call: Call, view: View, uri: string, upstream: Upstream): void {
  const { server } = view
  if (server === undefined) return
  const judged = judgedFor(view, uri, upstream)
  pass(doors, call, server, { ...judged[0], upstream }, judged)
}

/** Whether the rules of the server let the principal read a resource. Takes nothing from its limits. */
export function mayRead(view: View, principal: Principal, uri: string, upstream: Upstream): boolean {
  if (view.server === undefined || view.server.rules.length === 0) return true
  return judgedFor(view, uri, upstream).every((one) => judgeAtDoor(view.server, principal, one).effect === 'allow')
}

function judgedFor(view: View, uri: string, upstream: Upstream): readonly [FilteredEntry, ...FilteredEntry[]] {
  const listed = view.resources.find((resource) => resource.uri === uri)
  const template = listed === undefined ? templateOf(view, uri) : undefined
  const read: FilteredEntry = { kind: 'resource', upstream, key: uri, entry: listed?.entry ?? template?.entry }
  return template === undefined
    ? [read]
    : [read, { kind: 'resourceTemplate', upstream, key: template.uriTemplate, entry: template.entry }]
}

function templateOf(view: View, uri: string) {
  return view.templates.find(({ uriTemplate }) => matchesUriTemplate(uriTemplate, uri))
}

function pass(
  { audit, rates }: Doors,
  call: Call,
  server: VirtualServerRow,
  entry: FilteredEntry & { readonly upstream: Upstream },
  judged: readonly FilteredEntry[],
): void {
  const { upstream, key } = entry
  const refused = (rule: string, error: unknown): unknown => {
    const action = entry.kind === 'tool' ? 'tool.denied' : `${entry.kind === 'prompt' ? 'prompt' : 'resource'}.denied`
    recordCall(audit, call, action, upstream, key, performance.now(), { outcome: 'denied', rule, error })
    return error
  }
  for (const one of judged) {
    const verdict = judgeAtDoor(server, call.principal, one)
    if (verdict.effect === 'allow') continue
    const { rule, reason } = verdict
    const message = `The use of \`${key.slice(0, 200)}\` was denied: ${reason}`
    throw refused(rule, gatewayError('POLICY_DENIED', message, { details: { reason, rule } }))
  }
  try {
    rates.take(server, call.principal)
  } catch (error) {
    throw error instanceof NexusError ? refused('server:rate', error) : error
  }
}
