import type { InstallPlanFacts } from '../../http/ports.ts'
import type { PermissionChange } from '../../grants/index.ts'
import type { DefinitionChange } from './diff-definitions.ts'
import type { DependencyChange } from './diff-dependencies.ts'
import type { SandboxChange } from './diff-sandbox.ts'
import type { PluginFacts, ReleaseFacts } from './registry-facts.ts'

/** Something that the other release has or may beyond the present one; each needs a person's consent. */
export interface Expansion {
  readonly kind: 'permission' | 'limit' | 'sandbox' | 'dependency' | 'signer' | 'definition'
  /** In words: the thing, not a sentence. */
  readonly text: string
}

/** Something that a person should know and that needs no consent of its own. */
export interface UpdateNotice {
  readonly code:
    | 'DOWNGRADE'
    | 'DEPRECATED'
    | 'YANKED'
    | 'REVOKED'
    | 'ADVISORY'
    | 'AGE'
    | 'ROLLOUT'
    | 'PINNED'
    | 'FAILED_BEFORE'
  /** What the publisher or the registry says of it; empty when nothing. */
  readonly text: string
  /** Until when it holds. */
  readonly until?: Date
}

/** What a registry says of both releases. */
export interface KnownFacts {
  readonly plugin: PluginFacts | undefined
  readonly before: ReleaseFacts | undefined
  readonly after: ReleaseFacts | undefined
}

/** Everything that going to another release would change, before anybody agrees to it. */
export interface UpdatePlanFacts {
  /** The release by itself, as a fresh install would show it. */
  readonly plan: InstallPlanFacts
  readonly fromVersion: string
  readonly permissions: readonly PermissionChange[]
  readonly sandbox: SandboxChange
  readonly definitions: readonly DefinitionChange[]
  readonly dependencies: readonly DependencyChange[]
  readonly signer: {
    readonly change: 'same' | 'changed' | 'unknown'
    /** What vouches for the releases, as the chain names it; empty when nothing does. */
    readonly before: string
    readonly after: string
  }
  readonly size: { readonly before: number | undefined; readonly after: number | undefined }
  readonly publishedAt: Date | undefined
  /** Of the versions between. */
  readonly changelogHtml: string
  readonly scan: ReleaseFacts['scan']
  readonly notices: readonly UpdateNotice[]
  /** Empty when the consent that was given covers the update. */
  readonly expanded: readonly Expansion[]
  /** Two people have to agree, as the workspace demands for what widens. */
  readonly needsSecondApprover: boolean
  /** Who agreed already, when it waits for a second person. */
  readonly approvedBy: string | undefined
}
