import type { FormElicitation, SamplingRequest, UrlElicitation } from './input-request.ts'
import type { JsonObject, JsonValue } from './json.ts'

/** Tells that work should stop. Compatible with the web's `AbortSignal`. */
export interface CancelSignal {
  readonly aborted: boolean
  readonly reason: unknown
  throwIfAborted(): void
  addEventListener(type: 'abort', listener: () => void, options?: { readonly once?: boolean }): void
  removeEventListener(type: 'abort', listener: () => void): void
}

/** Severity of a message to the client. Source: RFC 5424. */
export type LogSeverity = 'debug' | 'info' | 'notice' | 'warning' | 'error' | 'critical' | 'alert' | 'emergency'

/** The client behind a call. */
export interface CallClient {
  /**
   * What the client declared that it can do, as MCP defines it: `elicitation`, `sampling`, `roots`, `extensions` and so
   * on. Empty in events and scheduled runs. Frozen.
   */
  readonly capabilities: JsonObject
}

/** What a person answered. Source: MCP `ElicitResult`. */
export interface ElicitResult {
  readonly action: 'accept' | 'decline' | 'cancel'
  /** The filled-in form; only with `accept`. The client should have checked it against the schema: check it again. */
  readonly content?: JsonObject
}

/** What the client's model answered. Source: MCP `CreateMessageResult`. */
export interface SamplingResult {
  readonly role: 'user' | 'assistant'
  readonly content: JsonObject | readonly JsonObject[]
  readonly model: string
  readonly stopReason?: string
}

/** A folder or file that the client works in. Source: MCP `Root`. */
export interface Root {
  /** A `file://` URI. */
  readonly uri: string
  readonly name?: string
}

/** What a handler knows about the call it serves. */
export interface CallInfo {
  /** Request id, the same in audit and logs. */
  readonly requestId: string
  /** Aborts when the caller cancels or the time is up. */
  readonly signal: CancelSignal
  /** Who calls. */
  readonly principal: { readonly id: string; readonly displayName: string }
  /** What is behind the call. */
  readonly client: CallClient
  /**
   * Answers to the questions of an earlier round, by the names that the handler gave them; `undefined` in the first
   * round. A client wrote them: check each one.
   */
  readonly inputResponses: Readonly<Record<string, JsonObject>> | undefined
  /**
   * What the handler returned as `requestState` in the round before. The gateway seals it: it comes back only as it left,
   * from the same caller, for the same call.
   */
  readonly requestState: string | undefined
  /** Reports progress to a caller that asked for it; otherwise does nothing. At most 1,000 times within a call. */
  progress(progress: number, total?: number, message?: string): void
  /**
   * Tells the client something while the call runs, if it wants messages of this severity. At most 1,000 times within a
   * call, 16 KiB each. This is not the plugin's log: that is `context.log`.
   */
  log(level: LogSeverity, data: JsonValue, logger?: string): void
  /**
   * Asks the person behind the client, by a form or by sending them to a page, and waits. The call's `wallMsPerCall`
   * stands still meanwhile. Needs the permission `client` with `elicitation`.
   *
   * Fails with `PERMISSION_DENIED`, `CLIENT_CAPABILITY_MISSING` (the client did not declare it), `CLIENT_UNREACHABLE`
   * (nobody can be asked: an event, a scheduled run, a client without an event stream), `CLIENT_TIMEOUT` (five minutes),
   * `CLIENT_REFUSED` (the client answered with an error), `CLIENT_ANSWER` (not what MCP defines), `CLIENT_QUOTA` (16
   * questions within a call), `CALL_REQUIRED` (the call is over).
   */
  elicit(request: FormElicitation | UrlElicitation): Promise<ElicitResult>
  /** Asks the client's model, at the caller's expense. Permission `client` with `sampling`; fails as `elicit` does. */
  sample(request: SamplingRequest): Promise<SamplingResult>
  /** Asks which folders the client works in. Permission `client` with `roots`; fails as `elicit` does. */
  roots(): Promise<readonly Root[]>
}

/** The call behind the reading of a resource. */
export interface ReadCall extends CallInfo {
  /** Values of the template's variables, percent-decoded; empty for a resource with a fixed URI. */
  readonly variables: Readonly<Record<string, string>>
}

/** The call behind a question for values. */
export interface CompletionCall extends CallInfo {
  /** What was already chosen for the other arguments or variables. */
  readonly arguments: Readonly<Record<string, string>>
}
