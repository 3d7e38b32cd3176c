import type { WorkbenchEvent } from '../workbench/events.ts'

/** What an author at work is told. */
export type DevEvent =
  | WorkbenchEvent
  /** It runs for the first time. */
  | { readonly event: 'ready'; readonly ms: number }
  /** A save was taken over: milliseconds from the save to the code that serves, and how many of them bundling took. */
  | { readonly event: 'reloaded'; readonly ms: number; readonly bundleMs: number }
  /** What was saved does not run; what ran before goes on. */
  | { readonly event: 'broken'; readonly code: string; readonly message: string }
  /** What was saved asks for more than was granted, and waits. */
  | { readonly event: 'consent'; readonly wider: readonly string[] }
