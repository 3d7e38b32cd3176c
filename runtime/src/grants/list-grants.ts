import type { PermissionFamily } from '@nexus/plugin-api'
import type { Grants } from './grant.ts'
import { targetName } from './parse-target.ts'

/** One thing that a grant allows, small enough to say whether it was ever used. */
export interface GrantedUse {
  readonly family: PermissionFamily
  /** For example `https://api.example.com:443`, `$data/cache`, `token`, `acme/search:*`. */
  readonly name: string
  /** HTTP method; `read` or `write`; `use` or `read`; `call`; `start`; `show`; `subscribe` or `emit`; `run`; `ask`. */
  readonly verb: string
}

/** Everything that a set of grants allows, one entry per thing and verb, in the order of the families. */
export function listGrants(grants: Grants): readonly GrantedUse[] {
  return [
    ...grants.network.flatMap((grant) => grant.methods.map((verb) => use('network', networkGrantName(grant), verb))),
    ...grants.files.flatMap((grant) => [
      use('files', filesGrantName(grant), 'read'),
      ...(grant.access === 'read-write' ? [use('files', filesGrantName(grant), 'write')] : []),
    ]),
    ...grants.secrets.map(({ field, access }) => use('secrets', field, access)),
    ...grants.tools.map((tool) => use('tools', tool, 'call')),
    ...grants.processes.map((grant) => use('processes', processGrantName(grant), 'start')),
    ...grants.panels.map((panel) => use('panels', panel, 'show')),
    ...grants.events.map(({ event, direction }) => use('events', event, direction)),
    ...grants.schedules.map(({ name }) => use('schedules', name, 'run')),
    ...grants.client.map((ask) => use('client', ask, 'ask')),
  ]
}

export function networkGrantName(grant: Grants['network'][number]): string {
  return `${grant.scheme}://${targetName(grant)}`
}

export function filesGrantName({ root, path }: Grants['files'][number]): string {
  return path === '' ? root : `${root}/${path}`
}

export function processGrantName(grant: Grants['processes'][number]): string {
  return 'package' in grant ? grant.package : grant.command
}

function use(family: PermissionFamily, name: string, verb: string): GrantedUse {
  return { family, name, verb }
}
