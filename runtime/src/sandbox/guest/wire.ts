// The words between the guest and its cell. Numbers and strings only: nothing else crosses.

/**
 * What the guest may post. `log`, `progress`, `message`, `random` and `url` go through the callback at once, because somebody reads
 * them while the code runs or needs the answer; all others wait in the outbox, which each entry returns to the cell.
 */
export const posts = {
  ready: 1,
  answered: 2,
  failed: 3,
  capability: 4,
  log: 5,
  progress: 6,
  timerSet: 7,
  timerClear: 8,
  random: 9,
  url: 10,
  /** Of a call, to its client. */
  message: 11,
} as const

export type PostKind = (typeof posts)[keyof typeof posts]

/** Why the cell enters the guest. */
export const entries = {
  call: 2,
  cancel: 3,
  capabilityAnswered: 4,
  capabilityFailed: 5,
  timer: 6,
  stop: 7,
  /** Nothing ran for a while: give memory back. */
  collect: 8,
  /** The clock that stands still was moved. */
  clock: 9,
} as const

export type EntryKind = (typeof entries)[keyof typeof entries]

/** Everything out of the isolate, for the call that runs now or for `forCall`. Answers '' or, for the kinds that ask something, text. */
export type Post = (kind: PostKind, id: number, head: string, text: string, forCall?: number) => string | undefined

/** The cell's one function inside the isolate; `call` is the call that the guest says is running. */
export type Callback = (kind: number, id: number, head: string, text: string, call: number) => string | undefined

/** Members of one post in an outbox: kind, id, head, text and the call that the guest says was running. */
export const POST_MEMBERS = 5

/** What an isolate is made for before it is known which plugin will live in it. */
export interface Shape {
  readonly clockResolutionMs: number
  /** Where time begins and stands until it is moved, milliseconds since the epoch, for tests. Absent: real time. */
  readonly clockMs?: number
  readonly outstandingCapabilityCalls: number
  readonly features: { readonly webAssembly: boolean; readonly sharedArrayBuffer: boolean }
}

/** What the guest is told before any plugin code runs. */
export interface Boot {
  readonly plugin: { readonly id: string; readonly version: string }
  readonly installationId: string
  readonly workspaceId: string
  readonly config: Readonly<Record<string, never>>
  readonly names: {
    readonly tool: readonly string[]
    readonly resource: readonly string[]
    readonly prompt: readonly string[]
    readonly policy: readonly string[]
    readonly upstream: readonly string[]
    readonly event: readonly string[]
    readonly schedule: readonly string[]
    readonly completion: readonly string[]
  }
  readonly toolsDynamic: boolean
  readonly resourcesDynamic: boolean
  readonly promptsDynamic: boolean
  readonly payloadBytes: number
}
