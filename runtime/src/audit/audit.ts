/** Outcome of an audited event. */
export type AuditOutcome = 'ok' | 'denied' | 'failed'

/** One security-relevant event or tool call: who, when, context, outcome. Details never hold secrets or payloads. */
export interface AuditEvent {
  readonly workspaceId: string | undefined
  /** Principal id. */
  readonly actor: string
  /** Past tense, dotted: `tool.called`, `plugin.installed`, `user.signed-in`, `capability.denied`. */
  readonly action: string
  /** What was acted on, for example `nexus/web:fetch_page`. */
  readonly target: string
  readonly outcome: AuditOutcome
  readonly requestId: string
  readonly details?: Readonly<Record<string, string | number | boolean>>
}

/** An event as stored. */
export interface AuditRecord extends AuditEvent {
  /** Increases by one for each event of the host. */
  readonly sequence: number
  readonly at: Date
}

/** What to look for. All given members must match. */
export interface AuditQuery {
  readonly workspaceId: string | undefined
  readonly actor?: string
  readonly action?: string
  readonly target?: string
  readonly outcome?: AuditOutcome
  readonly requestId?: string
  readonly since?: Date
  readonly until?: Date
  /** Records with a smaller sequence. */
  readonly before?: number
  readonly limit: number
}

/** Append-only. `record` returns at once; events are written in batches within 50 ms and before shutdown ends. */
export interface AuditTrail extends AsyncDisposable {
  record(event: AuditEvent): void
  /** Resolves when everything recorded so far is durable. */
  flush(): Promise<void>
  find(query: AuditQuery): Promise<readonly AuditRecord[]>
}
