import type { InstallerPorts } from './ports.ts'

/** A person's name for a principal's id; the id itself for everybody else. */
export async function nameOf(
  { store }: { readonly store: Pick<InstallerPorts['store'], 'users'> },
  principalId: string,
): Promise<string> {
  if (!principalId.startsWith('user:')) return principalId
  const user = await store.users.get(principalId.slice('user:'.length))
  return user?.displayName ?? principalId
}
