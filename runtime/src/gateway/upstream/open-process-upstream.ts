import { RECONNECT_PROCESS_MAX_MS } from '../limits.ts'
import { type ChildPort, openStdioConnection } from './open-stdio-connection.ts'
import { ReconnectingUpstream, type UpstreamIdentity } from './reconnecting-upstream.ts'
import type { Upstream } from './upstream.ts'

export interface ProcessUpstreamOptions {
  readonly identity: UpstreamIdentity
  /** Starts the contained process; called again after each death. */
  readonly start: (signal: AbortSignal) => Promise<ChildPort>
  /** One chunk of what the process wrote to stderr. */
  readonly onStderr?: (text: string) => void
}

/** A stdio MCP server: started on first use, one process for all calls, never two at once. */
export function openProcessUpstream(options: ProcessUpstreamOptions): Upstream {
  let previous: Promise<unknown> = Promise.resolve()
  let running: ChildPort | undefined
  return new ReconnectingUpstream({
    identity: options.identity,
    kind: 'process',
    maxPauseMs: RECONNECT_PROCESS_MAX_MS,
    process: () =>
      running?.containment === undefined ? undefined : { containment: running.containment, usage: running.usage?.() },
    async open(events, signal) {
      await previous
      const child = await options.start(signal)
      running = child
      previous = child.exited
        .catch(() => undefined)
        .then(() => {
          if (running === child) running = undefined
        })
      child.stderr.on('data', (chunk: Buffer) => options.onStderr?.(chunk.toString('utf8')))
      child.stderr.on('error', () => child.kill())
      return openStdioConnection(child, events, signal)
    },
  })
}
