import type { ContentBlock, PromptResult, ResourceResult, ToolResult } from '../context.ts'
import type { ElicitResult, Root, SamplingResult } from '../call.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import type { PolicyDecision, PolicyEvent } from '../policy.ts'
import type { FormElicitation, SamplingRequest, UrlElicitation } from '../input-request.ts'

/** A request that the plugin sends, as a test's `network` sees it. Headers with secrets are left out. */
export interface OutgoingRequest {
  readonly method: string
  readonly url: string
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>
  /** Text of the body; `undefined` when there is none. */
  readonly body: string | undefined
}

/** What a test answers to a request. Status 200, no headers and an empty body unless told. */
export interface NetworkAnswer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** Text, or JSON to be written as such with the content type `application/json`. */
  readonly body?: string | JsonObject
}

/** Plays the network. It hears only of hosts and methods that the manifest asks for; others are refused before. */
export type NetworkHandler = (request: OutgoingRequest) => NetworkAnswer | Promise<NetworkAnswer>

/** Plays a tool of another plugin. */
export type FakeTool = (args: JsonObject) => ToolResult | string | Promise<ToolResult | string>

/** Plays the client of a call. A question that is not answered here fails with `INPUT_UNSUPPORTED`. */
export interface ClientAnswers {
  readonly elicit?: (params: FormElicitation | UrlElicitation) => ElicitResult
  readonly sample?: (params: SamplingRequest) => SamplingResult
  readonly roots?: readonly Root[]
}

/** The world around a plugin under test. */
export interface OpenPluginOptions {
  /** Values of the configuration's fields; defaults of the manifest otherwise. */
  readonly config?: JsonObject
  /** Values of secret fields, by `field`, or `field.NAME` where a field takes several. */
  readonly secrets?: Readonly<Record<string, string>>
  /** When the plugin's clock begins, ISO 8601; default 2026-01-01T00:00:00Z. It stands until it is moved. */
  readonly now?: string
  /** Plays the network; default: what `nexus test --record` wrote down. */
  readonly network?: NetworkHandler
  /** Name of the recording; default the name of the test file. */
  readonly recording?: string
  /** Plays tools of other plugins, by `publisher/plugin:tool`. */
  readonly tools?: Readonly<Record<string, FakeTool>>
  readonly client?: ClientAnswers
}

/** What a tool answered. */
export interface CallAnswer {
  readonly content: readonly ContentBlock[]
  /** Text of all text blocks, joined by line breaks. */
  readonly text: string
  readonly structuredContent: JsonValue | undefined
  readonly isError: boolean
}

/** The plugin's clock. */
export interface TestClock {
  now(): Date
  /**
   * Moves on by so many milliseconds. What falls due on the way runs in its order, at its time: timers, sleeps, and runs
   * of schedules. Rejects with what a scheduled run failed with.
   */
  advance(ms: number): Promise<void>
}

/** A line of the plugin's log. */
export interface LoggedLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly message: string
}

/** An event that the plugin sent. */
export interface SentEvent {
  readonly name: string
  readonly payload: JsonValue
}

/** A request that left the plugin. */
export interface SentRequest {
  readonly method: string
  readonly url: string
}

/** A plugin that runs in a real sandbox, behind the real broker, in a world that the test plays. */
export interface TestedPlugin extends AsyncDisposable {
  readonly clock: TestClock
  /** What it wrote to its log, stacks in the lines of the source files. */
  readonly log: readonly LoggedLine[]
  /** Events that it sent. */
  readonly events: readonly SentEvent[]
  /** Requests that it sent. */
  readonly requests: readonly SentRequest[]
  /** Progress and messages that its calls told their client. */
  readonly notifications: readonly JsonObject[]
  /** Calls a tool as an MCP client. Rejects with what the handler threw. */
  call(tool: string, args?: JsonObject): Promise<CallAnswer>
  /** Reads a resource. */
  read(uri: string): Promise<ResourceResult>
  /** Gets a prompt's messages. */
  prompt(name: string, args?: Readonly<Record<string, string>>): Promise<PromptResult>
  /** Asks a policy of the plugin. */
  decide(policy: string, event: PolicyEvent): Promise<PolicyDecision>
  /** Lets the plugin hear an event that it subscribed to; resolves when its handler is done. */
  hear(event: string, payload: JsonValue, source?: string): Promise<void>
  /** Runs a schedule now; resolves when its handler is done. */
  run(schedule: string): Promise<void>
  /** Stops the plugin and starts it again: what it kept in variables is gone, what it stored is there. */
  restart(): Promise<void>
}
