import { errorCode } from '@nexus/plugin-api'
import type { Principal } from '../../identity/principal.ts'
import { httpError } from '../errors.ts'
import type { EventSource } from '../event-stream.ts'
import type { ServedRoute } from '../exchange.ts'
import {
  APPROVAL_LOOK_MS,
  APPROVAL_STREAMS_PER_PRINCIPAL,
  DEFINITIONS_PER_LIST,
  STREAM_RETRY_SECONDS,
} from '../limits.ts'
import type { DefinitionsPort, HttpPorts } from '../ports.ts'
import { serveEvents, serveRoute } from '../serve-route.ts'
import { definitionView } from '../views/definition.ts'

/** Definitions of servers that wait for a person. */
export function definitionRoutes({
  definitions,
  host,
}: Pick<HttpPorts, 'definitions' | 'host'>): readonly ServedRoute[] {
  const open = new Map<string, number>()
  return [
    serveRoute('definitions', async ({ principal: { workspaceId } }) => {
      const rows = await definitions.held(workspaceId)
      const served = await definitions.served(workspaceId)
      const items = rows
        .toSorted((left, right) => (left.heldAt?.getTime() ?? 0) - (right.heldAt?.getTime() ?? 0))
        .slice(0, DEFINITIONS_PER_LIST)
        .map((row) => definitionView(row, served(row.installationId)))
      return { items, total: rows.length }
    }),
    serveRoute('decideDefinitions', async ({ body: { verdict, items }, principal, requestId }) => {
      const refused = []
      for (const item of items) {
        try {
          await definitions[verdict](principal, item, requestId)
        } catch (error) {
          const code = errorCode(error)
          // What somebody else decided meanwhile is no reason not to decide the rest.
          if (!(error instanceof Error) || (code !== 'DEFINITION_UNKNOWN' && code !== 'DEFINITION_CHANGED')) throw error
          const { upstreamId, kind, name } = item
          refused.push({ upstreamId, kind, name, code, message: error.message })
        }
      }
      return { decided: items.length - refused.length, refused }
    }),
    serveEvents(
      'followDefinitions',
      async ({ principal }) => {
        if ((open.get(principal.id) ?? 0) >= APPROVAL_STREAMS_PER_PRINCIPAL) throw busy()
        return countSource(definitions, principal, await definitions.waiting(principal.workspaceId), open)
      },
      host.closing,
    ),
    serveRoute('definitionSetting', async ({ params, principal }) =>
      definitions.setting(principal.workspaceId, params.id),
    ),
    serveRoute('changeDefinitionSetting', async ({ params, body, principal, requestId }) => {
      const { approval, served } = body
      const change = {
        ...(approval === undefined ? {} : { approval }),
        ...(served === undefined ? {} : { served }),
      }
      return definitions.change(principal, params.id, change, requestId)
    }),
  ]
}

/** The count now and when it changes: at once for what happens on this node, a little later for the others. */
function countSource(
  definitions: DefinitionsPort,
  { id, workspaceId }: Principal,
  first: number,
  open: Map<string, number>,
): EventSource {
  return {
    first: [{ id: '0', data: { waiting: first } }],
    listen(push) {
      open.set(id, (open.get(id) ?? 0) + 1)
      let told = first
      let sent = 0
      const look = async (): Promise<void> => {
        const waiting = await definitions.waiting(workspaceId)
        if (waiting === told) return
        told = waiting
        sent += 1
        push({ id: String(sent), data: { waiting } })
      }
      // A look that failed is made again by the timer.
      const quietly = () => void look().catch(() => undefined)
      const changes = definitions.onChange((changed) => {
        if (changed === workspaceId) quietly()
      })
      const timer = setInterval(quietly, APPROVAL_LOOK_MS)
      timer.unref()
      return {
        [Symbol.dispose]() {
          clearInterval(timer)
          changes[Symbol.dispose]()
          const left = (open.get(id) ?? 1) - 1
          if (left === 0) open.delete(id)
          else open.set(id, left)
        },
      }
    },
  }
}

function busy() {
  return httpError(
    'HTTP_STREAMS_BUSY',
    `Expected at most ${APPROVAL_STREAMS_PER_PRINCIPAL} event streams of one person, found as many. Close one first.`,
    { details: { retryAfterSeconds: STREAM_RETRY_SECONDS } },
  )
}
