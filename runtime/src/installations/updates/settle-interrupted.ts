import type { StateReason } from '../../kernel/ports.ts'
import type { VersionChangeRow } from '../../store/update.ts'
import type { InstallerPorts } from '../ports.ts'

export const INTERRUPTED = 'UPDATE_INTERRUPTED'

/**
 * Before plugins start: takes back each change that was still on probation when the host died. What never proved
 * healthy is not started again by itself. Answers how many were taken back.
 */
export async function settleInterrupted(ports: Pick<InstallerPorts, 'store' | 'audit' | 'log'>): Promise<number> {
  let taken = 0
  // Latest first: of two changes in a row both lead back.
  for (const change of (await ports.store.updates.unfinished()).toReversed()) {
    const row = await ports.store.installations.get(change.installationId)
    const { before } = change
    const isApplied = row?.bundleDigest === change.bundleDigest && row.version === change.version
    if (isApplied && before !== undefined) {
      await ports.store.installations.update(row.id, { ...before, updatedAt: new Date() })
      tell(ports, change, before.version)
      taken += 1
    }
    const outcome = isApplied && before !== undefined ? 'rolled-back' : 'failed'
    await ports.store.updates.end(change.id, { outcome, ...reasonOf(change), endedAt: new Date() })
  }
  return taken
}

function reasonOf({ version }: VersionChangeRow): StateReason {
  return {
    code: INTERRUPTED,
    message: `Expected ${version} to prove healthy, found that the host ended before. The version before it runs again.`,
  }
}

function tell({ audit, log }: Pick<InstallerPorts, 'audit' | 'log'>, change: VersionChangeRow, back: string): void {
  const { code, message } = reasonOf(change)
  log.write(change.installationId, 'warn', `${change.version} was rolled back to ${back}: ${message}`)
  audit.record({
    workspaceId: change.workspaceId,
    actor: 'system',
    action: 'plugin.rolled-back',
    target: `${change.before?.manifest.id ?? change.installationId}@${change.version}`,
    outcome: 'failed',
    requestId: change.id,
    details: { installation: change.installationId, back, code },
  })
}
