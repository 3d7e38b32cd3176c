import { policyError } from './errors.ts'

export type PolicyStage = 'call' | 'result'

/** The policies of one running policy pack. */
export interface PolicyPack {
  readonly installationId: string
  readonly pluginId: string
  readonly workspaceId: string
  /** Of the release that runs: an approval it asked for does not outlive it. */
  readonly version?: string
  readonly policies: readonly { readonly name: string; readonly stage: PolicyStage }[]
  /** Asks the policy `name`. `event` is a `PolicyEvent` as JSON text; answers a `PolicyDecision` as JSON text. */
  ask(name: string, event: string, signal: AbortSignal, requestId: string): Promise<string>
}

/** One policy of one pack. */
export interface PackPolicy {
  readonly pack: PolicyPack
  readonly name: string
}

export interface Packs {
  /** Registers a running pack until it is disposed. */
  add(pack: PolicyPack): Disposable
  /**
   * Says that this installation must be asked in its workspace, running or not. While it is expected and not running,
   * everything in the workspace is denied: a crashed guard does not open the door.
   */
  expect(installation: Pick<PolicyPack, 'installationId' | 'workspaceId'>): Disposable
  /** The policies of a stage, in the order in which their packs came. */
  policies(workspaceId: string, stage: PolicyStage): readonly PackPolicy[]
  /** Whether there are any: cheap, for every call. */
  concern(workspaceId: string, stage: PolicyStage): boolean
  /** An expected pack that does not run. */
  missing(workspaceId: string): string | undefined
}

export function createPacks(): Packs {
  const running = new Map<string, PolicyPack>()
  const expected = new Map<string, string>()
  return {
    add(pack) {
      const { installationId } = pack
      if (running.has(installationId)) {
        throw policyError(
          'POLICY_PACK_EXISTS',
          `Expected a policy pack that is not registered, found ${installationId} registered. Dispose the old one first.`,
        )
      }
      running.set(installationId, pack)
      return {
        [Symbol.dispose]: () => {
          if (running.get(installationId) === pack) running.delete(installationId)
        },
      }
    },
    expect({ installationId, workspaceId }) {
      expected.set(installationId, workspaceId)
      return { [Symbol.dispose]: () => void expected.delete(installationId) }
    },
    policies(workspaceId, stage) {
      const found: PackPolicy[] = []
      for (const pack of running.values()) {
        if (pack.workspaceId !== workspaceId) continue
        for (const policy of pack.policies) if (policy.stage === stage) found.push({ pack, name: policy.name })
      }
      return found
    },
    concern(workspaceId, stage) {
      for (const pack of running.values()) {
        if (pack.workspaceId === workspaceId && pack.policies.some((policy) => policy.stage === stage)) return true
      }
      return false
    },
    missing(workspaceId) {
      for (const [installationId, where] of expected) {
        if (where === workspaceId && !running.has(installationId)) return installationId
      }
      return undefined
    },
  }
}
