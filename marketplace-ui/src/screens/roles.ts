import type { RoleView } from '@nexus/runtime/contract'

/** The roles in the order in which they are offered; the compiler checks the names against the contract. */
export const ROLES = [
  'admin',
  'workspace-admin',
  'member',
  'publisher',
  'auditor',
] as const satisfies readonly RoleView[]

export function readRole(value: string): RoleView | undefined {
  return ROLES.find((role) => role === value)
}
