import type { Policy } from '../policy/index.ts'
import type { InstallationRow } from '../store/store.ts'

/** Which policy packs must be asked: every enabled installation, running or not. */
export interface PolicyGuards {
  /** From now on calls are denied while this pack does not run. Nothing for other kinds. */
  expect(row: InstallationRow): void
  /** The pack was disabled or removed by a person. */
  release(installationId: string): void
}

export function createPolicyGuards(policy: Pick<Policy, 'expectPack'>): PolicyGuards {
  const expected = new Map<string, Disposable>()
  return {
    expect(row) {
      if (row.manifest.kind !== 'policy-pack' || expected.has(row.id)) return
      expected.set(row.id, policy.expectPack({ installationId: row.id, workspaceId: row.workspaceId }))
    },
    release(installationId) {
      expected.get(installationId)?.[Symbol.dispose]()
      expected.delete(installationId)
    },
  }
}
