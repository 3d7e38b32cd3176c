import type { Principal } from '../../identity/principal.ts'
import { httpError } from '../errors.ts'
import type { EventSource } from '../event-stream.ts'
import type { ServedRoute } from '../exchange.ts'
import { APPROVAL_LOOK_MS, APPROVAL_STREAMS_PER_PRINCIPAL, STREAM_RETRY_SECONDS } from '../limits.ts'
import type { ApprovalsPort, HttpPorts } from '../ports.ts'
import { serveEvents, serveRoute } from '../serve-route.ts'
import { approvalView } from '../views/approval.ts'

/** Calls that wait for a person. */
export function approvalRoutes({ approvals, host }: Pick<HttpPorts, 'approvals' | 'host'>): readonly ServedRoute[] {
  const open = new Map<string, number>()
  return [
    serveRoute('approvals', async ({ principal }) => ({
      items: (await approvals.list(principal)).map((row) => approvalView(row, principal)),
    })),
    serveRoute('approval', async ({ params, principal }) => {
      const row = await approvals.get(principal, params.id)
      if (row !== undefined) return approvalView(row, principal)
      throw httpError(
        'HTTP_NOT_FOUND',
        'Expected an approval that concerns you, found none of that id. It may be over.',
      )
    }),
    serveRoute('decideApproval', async ({ params, body, principal, requestId }) =>
      approvalView(await approvals.decide(principal, params.id, body, requestId), principal),
    ),
    serveEvents(
      'followApprovals',
      async ({ principal }) => {
        if ((open.get(principal.id) ?? 0) >= APPROVAL_STREAMS_PER_PRINCIPAL) throw busy()
        const waiting = await approvals.waitingFor(principal)
        return countSource(approvals, principal, waiting, open)
      },
      host.closing,
    ),
  ]
}

/** The count now and when it changes: at once for what happens on this node, a little later for the others. */
function countSource(
  approvals: ApprovalsPort,
  principal: Principal,
  first: number,
  open: Map<string, number>,
): EventSource {
  return {
    first: [{ id: '0', data: { waiting: first } }],
    listen(push) {
      open.set(principal.id, (open.get(principal.id) ?? 0) + 1)
      let told = first
      let sent = 0
      const look = async (): Promise<void> => {
        const waiting = await approvals.waitingFor(principal)
        if (waiting === told) return
        told = waiting
        sent += 1
        push({ id: String(sent), data: { waiting } })
      }
      // A look that failed is made again by the timer.
      const quietly = () => void look().catch(() => undefined)
      const changes = approvals.onChange((workspaceId) => {
        if (workspaceId === principal.workspaceId) quietly()
      })
      const timer = setInterval(quietly, APPROVAL_LOOK_MS)
      timer.unref()
      return {
        [Symbol.dispose]() {
          clearInterval(timer)
          changes[Symbol.dispose]()
          const left = (open.get(principal.id) ?? 1) - 1
          if (left === 0) open.delete(principal.id)
          else open.set(principal.id, left)
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
