import type { EntityManager, SelectQueryBuilder } from 'typeorm'
import type { AuditQuery, AuditRecord } from '../../audit/audit.ts'
import { insertRecords, reserveSequences } from '../append-audit.ts'
import { auditEventEntity } from '../entities/audit-event.ts'
import { AUDIT_FIND_LIMIT, INSERT_ROWS } from '../limits.ts'
import type { Store } from '../store.ts'

export function auditVerbs(manager: EntityManager, dialect: Store['dialect']): Store['audit'] {
  return {
    async append(events) {
      if (events.length === 0) return
      await manager.transaction(async (inside) => {
        const first = await reserveSequences(inside, dialect, events.length)
        const records = events.map((event, index) => ({ ...event, sequence: first + index }))
        for (let start = 0; start < records.length; start += INSERT_ROWS) {
          await insertRecords(inside, dialect, records.slice(start, start + INSERT_ROWS))
        }
      })
    },
    async find(query) {
      const select = matching(manager.createQueryBuilder(auditEventEntity, 'event'), query)
      const limit = Math.min(query.limit, AUDIT_FIND_LIMIT)
      return (await select.orderBy('event.sequence', 'DESC').limit(limit).getMany()).map(toRecord)
    },
  }
}

function matching(select: SelectQueryBuilder<AuditRecord>, query: AuditQuery): SelectQueryBuilder<AuditRecord> {
  for (const member of ['workspaceId', 'actor', 'action', 'target', 'outcome', 'requestId'] as const) {
    if (query[member] !== undefined) select.andWhere(`event.${member} = :${member}`, { [member]: query[member] })
  }
  if (query.since !== undefined) select.andWhere('event.at >= :since', { since: query.since.toISOString() })
  if (query.until !== undefined) select.andWhere('event.at < :until', { until: query.until.toISOString() })
  if (query.before !== undefined) select.andWhere('event.sequence < :before', { before: query.before })
  return select
}

function toRecord(row: AuditRecord): AuditRecord {
  const { details, workspaceId, ...rest } = row
  const record = { ...rest, workspaceId: workspaceId ?? undefined }
  return details === undefined || details === null ? record : { ...record, details }
}
