import { PERMISSION_FAMILIES, type PermissionFamily, type Permissions } from '@nexus/plugin-api'
import type { CapabilityStrip, Reach } from './grant.ts'

/** How far each family of a plugin reaches, for the strip that people see everywhere. */
export function capabilityStrip(permissions: Permissions): CapabilityStrip {
  const reach = (family: PermissionFamily): Reach => {
    const asked = permissions[family] ?? []
    if (asked.length === 0) return 'none'
    return asked.some((permission) => isBroad(family, permission)) ? 'broad' : 'scoped'
  }
  const [network, files, secrets, tools, processes, panels, events, schedules, client] = PERMISSION_FAMILIES.map(reach)
  return {
    network: network ?? 'none',
    files: files ?? 'none',
    secrets: secrets ?? 'none',
    tools: tools ?? 'none',
    processes: processes ?? 'none',
    panels: panels ?? 'none',
    events: events ?? 'none',
    schedules: schedules ?? 'none',
    client: client ?? 'none',
  }
}

/** Broad: the manifest alone does not say where it ends, or it hands over something that cannot be taken back. */
function isBroad(family: PermissionFamily, permission: object): boolean {
  switch (family) {
    case 'network':
      return 'host' in permission && typeof permission.host === 'string' && permission.host.startsWith('*.')
    case 'files':
      return (
        'access' in permission &&
        permission.access === 'read-write' &&
        'root' in permission &&
        permission.root === '$workspace'
      )
    case 'secrets':
      return 'access' in permission && permission.access === 'read'
    case 'tools':
      return 'tool' in permission && typeof permission.tool === 'string' && permission.tool.endsWith(':*')
    case 'processes':
      return true
    // What a client's model costs has no bound but the client's own.
    case 'client':
      return 'ask' in permission && permission.ask === 'sampling'
    case 'panels':
    case 'events':
    case 'schedules':
      return false
    default:
      return family satisfies never
  }
}
