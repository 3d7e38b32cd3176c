import type { Server } from 'node:net'
import type { Readable, Writable } from 'node:stream'
import type { Containment, ContainmentLevel } from '../containment/containment.ts'

/**
 * What a process reaches. `none`: nothing, not even this machine. `proxy`: only the proxy that serves its door. `host`:
 * whatever this machine reaches, unfiltered.
 */
export type ProcessNetwork = 'none' | 'proxy' | 'host'

/** Limits of a process together with everything it starts. */
export interface ProcessLimits {
  /** Resident memory, MiB. */
  readonly memoryMb: number
  /** CPU time within any minute, milliseconds. */
  readonly cpuMsPerMinute: number
}

/** A child process to start, for example a stdio MCP server. */
export interface ProcessSpec {
  /** An absolute path, or a name that is looked up in the system's PATH. */
  readonly command: string
  readonly args: readonly string[]
  /** The whole environment besides PATH, HOME, TMPDIR and LANG. Nothing is inherited from the host. */
  readonly env: Readonly<Record<string, string>>
  /** Working directory; it is writable for the process. Default: the private home. */
  readonly cwd?: string
  /** Files and directories the process may read, for example the installed package. Must exist. */
  readonly readable?: readonly string[]
  /** Files and directories the process may change, for example a data folder the operator chose. Must exist. */
  readonly writable?: readonly string[]
  /** Default `none`. */
  readonly network?: ProcessNetwork
  /**
   * With `proxy`: serves the door, a server that listens on the loopback of the process's own network. The process finds
   * it in `HTTP_PROXY` and its like. Whoever serves it stops when the door closes.
   */
  readonly serveDoor?: (door: Server) => void
  /** Weakest containment to be started with; less is refused with `PROCESS_CONTAINMENT`. Default `none`. */
  readonly minimum?: ContainmentLevel
  /** Without it, nothing is measured against a limit. */
  readonly limits?: ProcessLimits
  /** Overrides what the machine is found to offer; for tests of the weaker levels. */
  readonly containment?: 'strongest' | 'lifeline'
}

/** How a process ended. */
export interface ProcessExit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** What a process and everything it started use. */
export interface ProcessUsage {
  readonly processes: number
  readonly residentBytes: number
  /** CPU time since the start, of what runs and of what was waited for. */
  readonly cpuMicroseconds: number
}

/** A running child process. It and all it starts die with the host, however the host dies. */
export interface ContainedProcess {
  readonly pid: number
  readonly stdin: Writable
  readonly stdout: Readable
  readonly stderr: Readable
  /** What is active around this process. */
  readonly containment: Containment
  /** `undefined` where the system does not tell, and once the process is gone. */
  usage(): ProcessUsage | undefined
  /** Why the host ended it, if it did: `SANDBOX_MEMORY` or `SANDBOX_CPU` with limit and value. */
  breach(): Error | undefined
  /** Settles (never rejects) when the process is gone and its private folder removed. */
  readonly exited: Promise<ProcessExit>
  /** Kills the process and everything it started, at once. Resolves when it is gone. */
  kill(): Promise<void>
}
