/** What is reviewed of an upstream: one tool, one prompt, or the server's instructions. */
export type DefinitionKind = 'tool' | 'prompt' | 'instructions'

export interface DefinitionKey {
  readonly upstreamId: string
  readonly kind: DefinitionKind
  /** The upstream's own name; empty for instructions. */
  readonly name: string
}

/** Why a definition needs a person. */
export interface DefinitionFlag {
  readonly code: string
  /** Where in the definition, as a path such as `/description`. */
  readonly path: string
  /** What was found there, shortened. */
  readonly found: string
}

/** One definition of an upstream: what people agreed to, and what waits for them. */
export interface DefinitionRow extends DefinitionKey {
  readonly workspaceId: string
  readonly installationId: string
  readonly pluginId: string
  /** Of the upstream. */
  readonly label: string
  /** Canonical JSON; absent while nobody has agreed to any. */
  readonly approved: string | undefined
  readonly approvedDigest: string | undefined
  readonly approvedAt: Date | undefined
  /** Principal id, or `install` for what was pinned at first sight. */
  readonly approvedBy: string | undefined
  /** What the upstream says now, where that is something else. */
  readonly held: string | undefined
  readonly heldDigest: string | undefined
  readonly heldAt: Date | undefined
  readonly flags: readonly DefinitionFlag[]
  /** A person said no to what is held. It stays held, and nobody is asked again. */
  readonly rejectedAt: Date | undefined
  readonly rejectedBy: string | undefined
  /** Since when the upstream does not have it any more. */
  readonly absentSince: Date | undefined
}

/** How changed definitions of an installation are met. */
export interface DefinitionSettingRow {
  readonly installationId: string
  readonly workspaceId: string
  /** `auto` lets changes through that nothing is flagged in. */
  readonly approval: 'auto' | 'hold'
  /** What clients get meanwhile in place of a changed definition: the agreed one, or none. */
  readonly served: 'old' | 'withdrawn'
}

export interface HeldDefinition {
  readonly held: string
  readonly heldDigest: string
  readonly heldAt: Date
  readonly flags: readonly DefinitionFlag[]
}

export interface DefinitionRows {
  get(key: DefinitionKey): Promise<DefinitionRow | undefined>
  ofUpstream(upstreamId: string): Promise<readonly DefinitionRow[]>
  ofWorkspace(workspaceId: string): Promise<readonly DefinitionRow[]>
  /** Those something is held of, rejected ones included. */
  heldOf(workspaceId: string): Promise<readonly DefinitionRow[]>
  /** How many are held and not rejected: what waits for a person. */
  countWaiting(workspaceId: string): Promise<number>
  /** Leaves alone what is there. */
  insertMissing(rows: readonly DefinitionRow[]): Promise<void>
  /** Holds a definition; false when this very one is held already. */
  hold(key: DefinitionKey, held: HeldDefinition): Promise<boolean>
  /** The upstream says again what was agreed to; true when something had been held. */
  release(key: DefinitionKey): Promise<boolean>
  /** Forgets one that nobody ever agreed to. */
  removeUnapproved(key: DefinitionKey): Promise<boolean>
  /** Agrees to what is held, if that is still `digest`; says whether it was. */
  approve(key: DefinitionKey, digest: string, by: string, at: Date): Promise<boolean>
  /** Says no to what is held, if that is still `digest` and nobody said no before. */
  reject(key: DefinitionKey, digest: string, by: string, at: Date): Promise<boolean>
  /** True when it was there (or was away, for `undefined`) until now. */
  setAbsent(key: DefinitionKey, since: Date | undefined): Promise<boolean>
  setting(installationId: string): Promise<DefinitionSettingRow | undefined>
  settings(workspaceId: string): Promise<readonly DefinitionSettingRow[]>
  putSetting(row: DefinitionSettingRow): Promise<void>
  /** Forgets an installation that is gone. */
  clear(installationId: string): Promise<void>
}
