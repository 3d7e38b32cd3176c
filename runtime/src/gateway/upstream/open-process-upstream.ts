import { errorCode } from '@nexus/plugin-api'
import { RECONNECT_PROCESS_MAX_MS } from '../limits.ts'
import { type ChildPort, openStdioConnection } from './open-stdio-connection.ts'
import { openPool, type PoolSettings } from './pool/open-pool.ts'
import { ReconnectingUpstream, type UpstreamIdentity } from './reconnecting-upstream.ts'
import type { Upstream } from './upstream.ts'

export interface ProcessUpstreamOptions extends PoolSettings {
  readonly identity: UpstreamIdentity
  /** Starts the contained process; called again after each death. `owner` is whose process it is, where users have their own. */
  readonly start: (signal: AbortSignal, owner?: string) => Promise<ChildPort>
  /** One chunk of what the process wrote to stderr. */
  readonly onStderr?: (text: string) => void
  /** Equal processes that share the calls; default 1. */
  readonly instances?: number
}

/** A stdio MCP server: started on first use, never two processes where there should be one. */
export function openProcessUpstream({ instances = 1, ...options }: ProcessUpstreamOptions): Upstream {
  return openPool({
    ...options,
    kind: 'process',
    replicasOf: (owner, { probeMs }) =>
      Array.from({ length: instances }, (_, index) => ({
        name: String(index + 1),
        upstream: openProcess(options, owner, probeMs),
      })),
  })
}

function openProcess(
  options: ProcessUpstreamOptions,
  owner: string | undefined,
  probeMs: number,
): ReconnectingUpstream {
  let previous: Promise<unknown> = Promise.resolve()
  let running: ChildPort | undefined
  // Some old servers end themselves when the first message is not `initialize`.
  let asksModern = true
  return new ReconnectingUpstream({
    identity: options.identity,
    kind: 'process',
    maxPauseMs: RECONNECT_PROCESS_MAX_MS,
    probeMs,
    process: () =>
      running?.containment === undefined ? undefined : { containment: running.containment, usage: running.usage?.() },
    async open(events, signal) {
      await previous
      const child = await options.start(signal, owner)
      running = child
      previous = child.exited
        .catch(() => undefined)
        .then(() => {
          if (running === child) running = undefined
        })
      child.stderr.on('data', (chunk: Buffer) => options.onStderr?.(chunk.toString('utf8')))
      child.stderr.on('error', () => child.kill())
      try {
        return await openStdioConnection(child, events, signal, asksModern)
      } catch (error) {
        if (errorCode(error) === 'UPSTREAM_DIED') asksModern = !asksModern
        throw error
      }
    },
  })
}
