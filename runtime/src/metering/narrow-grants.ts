import { type Grants, filesGrantName, networkGrantName, processGrantName } from '../grants/index.ts'
import type { GrantedUse } from '../grants/list-grants.ts'

/** What is left of grants when some of their uses are taken back. Never gives anything that was not granted. */
export function narrowGrants(grants: Grants, withheld: readonly GrantedUse[]): Grants {
  if (withheld.length === 0) return grants
  const taken = new Set(withheld.map(useKey))
  const kept = (family: GrantedUse['family'], name: string, verb: string): boolean =>
    !taken.has(useKey({ family, name, verb }))
  return {
    ...grants,
    network: grants.network.flatMap((grant) => {
      const methods = grant.methods.filter((method) => kept('network', networkGrantName(grant), method))
      return methods.length === 0 ? [] : [{ ...grant, methods }]
    }),
    files: grants.files.flatMap((grant) => {
      const name = filesGrantName(grant)
      if (!kept('files', name, 'read')) return []
      return kept('files', name, 'write') ? [grant] : [{ ...grant, access: 'read' as const }]
    }),
    secrets: grants.secrets.filter(({ field, access }) => kept('secrets', field, access)),
    tools: grants.tools.filter((tool) => kept('tools', tool, 'call')),
    processes: grants.processes.filter((grant) => kept('processes', processGrantName(grant), 'start')),
    panels: grants.panels.filter((panel) => kept('panels', panel, 'show')),
    events: grants.events.filter(({ event, direction }) => kept('events', event, direction)),
    schedules: grants.schedules.filter(({ name }) => kept('schedules', name, 'run')),
    client: grants.client.filter((ask) => kept('client', ask, 'ask')),
  }
}

/** One name for one granted use. */
export function useKey({ family, name, verb }: GrantedUse): string {
  return `${family} ${verb} ${name}`
}
