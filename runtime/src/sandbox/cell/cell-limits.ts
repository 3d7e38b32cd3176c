import type { Shape } from '../guest/wire.ts'

/** The limits that the cell itself enforces, a copy of the installation's. The host checks what it can once more. */
export interface CellLimits {
  readonly memoryMb: number
  readonly cpuMsPerCall: number
  readonly cpuMsPerMinute: number
  readonly wallMsPerCall: number
  readonly startMs: number
  readonly payloadBytes: number
  readonly outstandingCapabilityCalls: number
  readonly capabilityCallsPerCall: number
  readonly logBytesPerMinute: number
}

/** Head of an `open` frame. */
export interface OpenHead {
  readonly pluginId: string
  readonly limits: CellLimits
  /** The guest's `Boot` as text, passed on unread. */
  readonly boot: string
  readonly shape: Shape
  /** A debugger may attach. */
  readonly inspect?: boolean
}

/** Why a sandbox ended, head of a `closed` frame. */
export interface ClosedHead {
  readonly code: string
  readonly message: string
  /** The limit that was crossed and its value, if one was. */
  readonly limit?: string
  readonly value?: number
}

/** Body of a `pong` frame. */
export interface PongBody {
  readonly rssBytes: number
  readonly sandboxes: readonly {
    readonly sandbox: number
    readonly cpuMicroseconds: number
    readonly heapBytes: number
    /** Milliseconds since the running entry began, 0 when none runs. */
    readonly runningMs: number
  }[]
}
