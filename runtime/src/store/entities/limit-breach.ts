import { EntitySchema } from 'typeorm'
import { bigNumber, date, key, text } from '../columns.ts'
import type { LimitBreachRow } from '../store.ts'

/** How often an installation crossed one limit on one day. */
export const limitBreachEntity = new EntitySchema<LimitBreachRow>({
  name: 'limit_breach',
  columns: {
    installationId: key('installation_id', 'pk_limit_breach'),
    day: key('day', 'pk_limit_breach'),
    code: key('code', 'pk_limit_breach'),
    limit: key('limit_name', 'pk_limit_breach'),
    workspaceId: text('workspace_id'),
    count: bigNumber('count'),
    value: bigNumber('value'),
    lastAt: date('last_at'),
  },
  indices: [{ name: 'ix_limit_breach_day', columns: ['day'] }],
})
