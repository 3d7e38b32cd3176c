import { processName, processReach, scheduleName } from './covers.ts'
import { NO_GRANTS, type Grants } from './grant.ts'
import { filesGrantName, type GrantedUse, networkGrantName } from './list-grants.ts'

/** The smallest part of a set of grants: one thing and one verb, as a set of its own. */
export interface GrantPiece extends GrantedUse {
  readonly grants: Grants
}

/** A set of grants in its smallest parts, in the order of the families. Together they allow what the set allows. */
export function splitGrants(grants: Grants): readonly GrantPiece[] {
  const piece = (family: GrantPiece['family'], name: string, verb: string, only: Partial<Grants>): GrantPiece => ({
    family,
    name,
    verb,
    grants: { ...NO_GRANTS, ...only },
  })
  return [
    ...grants.network.flatMap((grant) =>
      grant.methods.map((method) =>
        piece('network', networkGrantName(grant), method, { network: [{ ...grant, methods: [method] }] }),
      ),
    ),
    ...grants.files.flatMap((grant) => [
      piece('files', filesGrantName(grant), 'read', { files: [{ ...grant, access: 'read' }] }),
      ...(grant.access === 'read-write' ? [piece('files', filesGrantName(grant), 'write', { files: [grant] })] : []),
    ]),
    ...grants.secrets.map((grant) => piece('secrets', grant.field, grant.access, { secrets: [grant] })),
    ...grants.tools.map((tool) => piece('tools', tool, 'call', { tools: [tool] })),
    ...grants.processes.map((grant) => {
      const name = [processName(grant), ...processReach(grant)].join(', ')
      return piece('processes', name, 'start', { processes: [grant] })
    }),
    ...grants.panels.map((panel) => piece('panels', panel, 'show', { panels: [panel] })),
    ...grants.events.map((grant) => piece('events', grant.event, grant.direction, { events: [grant] })),
    ...grants.schedules.map((grant) => piece('schedules', scheduleName(grant), 'run', { schedules: [grant] })),
    ...grants.client.map((ask) => piece('client', ask, 'ask', { client: [ask] })),
  ]
}
