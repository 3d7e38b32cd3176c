import type { LogLineView } from '../../contract/index.ts'
import type { LogLine } from '../../telemetry/index.ts'
import { httpError } from '../errors.ts'
import type { EventSource, ServerEvent } from '../event-stream.ts'
import type { ServedRoute } from '../exchange.ts'
import { STREAMS_PER_WORKSPACE, STREAM_RETRY_SECONDS } from '../limits.ts'
import type { HttpPorts } from '../ports.ts'
import { serveEvents } from '../serve-route.ts'
import { logLineView } from '../views/installation.ts'

const LEVELS: readonly LogLineView['level'][] = ['debug', 'info', 'warn', 'error']

/** The live log of an installation. */
export function installationLogRoutes({
  installer,
  host,
}: Pick<HttpPorts, 'installer' | 'host'>): readonly ServedRoute[] {
  const open = new Map<string, number>()
  return [
    serveEvents(
      'followLog',
      async ({ params, query, principal }) => {
        const { workspaceId } = principal
        if ((await installer.get(workspaceId, params.id)) === undefined)
          throw httpError('HTTP_NOT_FOUND', `Expected an installation of this workspace, found no ${params.id}.`)
        const wanted = LEVELS.slice(LEVELS.indexOf(query.level ?? 'debug'))
        const isWanted = ({ level, sequence }: LogLine) => wanted.includes(level) && sequence > (query.after ?? 0)
        const source: EventSource = {
          first: installer.log(params.id).filter(isWanted).map(eventOf),
          listen: (push) => installer.followLog(params.id, (line) => void (isWanted(line) && push(eventOf(line)))),
        }
        return counted(open, workspaceId, source)
      },
      host.closing,
    ),
  ]
}

function eventOf(line: LogLine): ServerEvent {
  return { id: String(line.sequence), data: logLineView(line) }
}

/** A client that opens streams and forgets them must not use up the host. */
function counted(open: Map<string, number>, workspaceId: string, source: EventSource): EventSource {
  if ((open.get(workspaceId) ?? 0) >= STREAMS_PER_WORKSPACE) {
    throw httpError(
      'HTTP_STREAMS_BUSY',
      `Expected at most ${STREAMS_PER_WORKSPACE} event streams at once in a workspace. Close one first.`,
      { details: { retryAfterSeconds: STREAM_RETRY_SECONDS } },
    )
  }
  return {
    first: source.first,
    listen(push) {
      open.set(workspaceId, (open.get(workspaceId) ?? 0) + 1)
      const listening = source.listen(push)
      return {
        [Symbol.dispose]() {
          listening[Symbol.dispose]()
          const left = (open.get(workspaceId) ?? 1) - 1
          if (left === 0) open.delete(workspaceId)
          else open.set(workspaceId, left)
        },
      }
    },
  }
}
