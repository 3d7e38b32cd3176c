/** Something that happened in a workspace, on its way to the plugins that asked to hear of it. */
export interface PublishedEvent {
  readonly workspaceId: string
  /** A host event's name, or a plugin's `<plugin id with a dot>.<event>`. */
  readonly name: string
  /** `host`, or the id of the plugin that sent it. */
  readonly source: string
  /** JSON text. */
  readonly payload: string
  readonly at: Date
  /** Calls, events and runs above it. */
  readonly depth: number
  /** The installation that sent it: it does not hear itself. */
  readonly from?: string | undefined
}

/** How the events of one installation fared since the host started. */
export interface EventReadings {
  readonly sent: number
  readonly delivered: number
  /** Deliveries that the handler or the sandbox failed. */
  readonly failed: number
  /** Events that were never delivered: the queue was full, the plugin stopped, or events answered events too deeply. */
  readonly dropped: number
  readonly queued: number
}
