// The words between the guest and its cell. Numbers and strings only: nothing else crosses.

/** What the guest may post. `random` and `url` answer with text at once, `capability` with an error code or ''. */
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
} as const

export type PostKind = (typeof posts)[keyof typeof posts]

/** Why the cell enters the guest. */
export const entries = {
  start: 1,
  call: 2,
  cancel: 3,
  capabilityAnswered: 4,
  capabilityFailed: 5,
  timer: 6,
  stop: 7,
} as const

export type EntryKind = (typeof entries)[keyof typeof entries]

/** The one way out of the isolate: a callback of the cell. */
export type Post = (kind: PostKind, id: number, head: string, text: string) => string | undefined

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
  }
  readonly toolsDynamic: boolean
  readonly payloadBytes: number
  readonly clockResolutionMs: number
}
