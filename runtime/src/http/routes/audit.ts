import type { ServedRoute } from '../exchange.ts'
import type { HttpPorts } from '../ports.ts'
import { serveRoute } from '../serve-route.ts'
import { auditRecordView } from '../views/rows.ts'

export function auditRoutes({ audit, identity }: Pick<HttpPorts, 'audit' | 'identity'>): readonly ServedRoute[] {
  return [
    serveRoute('audit', async ({ query, principal }) => {
      const { actor, action, target, outcome, requestId, before, limit } = query
      const records = await audit.find({
        workspaceId: principal.workspaceId,
        limit,
        ...(actor !== undefined && { actor }),
        ...(action !== undefined && { action }),
        ...(target !== undefined && { target }),
        ...(outcome !== undefined && { outcome }),
        ...(requestId !== undefined && { requestId }),
        ...(before !== undefined && { before }),
      })
      const names = await identity.nameActors(
        principal,
        records.map((record) => record.actor),
      )
      return { items: records.map((record) => auditRecordView(record, names.get(record.actor))) }
    }),
  ]
}
