/** A result that any caller of its workspace may be given. Those of one principal are never written down. */
export interface CachedResultRow {
  /** Digest of everything that the result depends on. */
  readonly id: string
  readonly workspaceId: string
  readonly installationId: string
  readonly upstreamId: string
  readonly kind: 'resource' | 'tool'
  /** Tool name or URI. */
  readonly name: string
  /** JSON text. */
  readonly value: string
  readonly bytes: number
  readonly storedAt: Date
  readonly expiresAt: Date
}

/** An admin's word that results of a tool may be given again. */
export interface ToolCacheRow {
  readonly installationId: string
  /** The upstream's own name. */
  readonly tool: string
  readonly workspaceId: string
  readonly ttlMs: number
  /** `private`: only to the principal it was made for. */
  readonly scope: 'public' | 'private'
  /** Also without the tool's own word that it only reads. */
  readonly forced: boolean
  readonly updatedAt: Date
  readonly updatedBy: string
}

/** What results to forget: all that match every given member. */
export interface CachedResultMatch {
  readonly workspaceId?: string
  readonly installationId?: string
  readonly upstreamId?: string
  readonly kind?: CachedResultRow['kind']
  readonly name?: string
}

export interface CachedResultRows {
  /** `undefined` also when it has expired. */
  get(id: string, now: Date): Promise<CachedResultRow | undefined>
  put(row: CachedResultRow): Promise<void>
  remove(match: CachedResultMatch): Promise<number>
  /** Removes what has expired, then what expires first until at most `rows` are left. Answers how many went. */
  sweep(now: Date, rows: number): Promise<number>
  settings(workspaceId: string): Promise<readonly ToolCacheRow[]>
  putSetting(row: ToolCacheRow): Promise<void>
  removeSetting(installationId: string, tool: string): Promise<boolean>
  /** Forgets an installation that is gone. */
  clear(installationId: string): Promise<void>
}
