import type { FrameKind } from '../channel/frame.ts'
import type { VirtualClock } from './virtual-clock.ts'

/** Sends a frame of one sandbox to the host. */
export type Send = (kind: FrameKind, id: number, head?: string, body?: string | Uint8Array) => void

/** What the cell remembers about one sandbox. */
export interface TenantState {
  ready: boolean
  ended: boolean
  readonly calls: Map<number, { capabilities: number; progress: number; messages: number }>
  /** Outstanding capability call to the call that made it. */
  readonly capabilities: Map<number, number>
  readonly timers: Map<number, NodeJS.Timeout>
  /** Keeps the timers instead, in a sandbox under test. */
  clock: VirtualClock | undefined
}

export function createTenantState(): TenantState {
  return { ready: false, ended: false, calls: new Map(), capabilities: new Map(), timers: new Map(), clock: undefined }
}
