import type { Principal } from '../../identity/principal.ts'
import type { InstallerPorts } from '../ports.ts'

/** What a workspace demands of updates. */
export interface UpdatePolicyFacts {
  /** Updates that widen need the consent of two people. */
  readonly secondApprover: boolean
}

export async function changeUpdatePolicy(
  ports: InstallerPorts,
  { id: actor, workspaceId }: Principal,
  { secondApprover }: UpdatePolicyFacts,
  requestId: string,
): Promise<void> {
  await ports.store.updates.putPolicy({ workspaceId, secondApprover, updatedAt: ports.now() })
  ports.audit.record({
    workspaceId,
    actor,
    action: 'workspace.update-policy-changed',
    target: workspaceId,
    outcome: 'ok',
    requestId,
    details: { secondApprover },
  })
}
