import type { Readable, Writable } from 'node:stream'
import type { Containment } from '../containment/containment.ts'

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
  /** False cuts the network off where bubblewrap is present. Default true. */
  readonly network?: boolean
  /** Overrides what the machine is found to offer; for tests of the weaker levels. */
  readonly containment?: 'strongest' | 'lifeline'
}

/** How a process ended. */
export interface ProcessExit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** A running child process. It and all it starts die with the host, however the host dies. */
export interface ContainedProcess {
  readonly pid: number
  readonly stdin: Writable
  readonly stdout: Readable
  readonly stderr: Readable
  /** What is active around this process. */
  readonly containment: Containment
  /** Settles (never rejects) when the process is gone and its private folder removed. */
  readonly exited: Promise<ProcessExit>
  /** Kills the process and everything it started, at once. Resolves when it is gone. */
  kill(): Promise<void>
}
