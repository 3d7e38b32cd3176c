import { EntitySchema } from 'typeorm'
import { bigNumber, date, inWorkspace, key, optionalDate, optionalText, text } from '../columns.ts'
import type { ScheduleRunRow } from '../store.ts'

/** What became of the runs of one schedule. Whoever writes `slot` has claimed that run, on whichever host. */
export const scheduleRunEntity = new EntitySchema<ScheduleRunRow>({
  name: 'schedule_run',
  columns: {
    installationId: key('installation_id', 'pk_schedule_run'),
    name: key('name', 'pk_schedule_run'),
    workspaceId: text('workspace_id'),
    slot: date('slot'),
    leaseUntil: optionalDate('lease_until'),
    startedAt: date('started_at'),
    finishedAt: optionalDate('finished_at'),
    outcome: optionalText('outcome'),
    code: optionalText('code'),
    runs: bigNumber('runs'),
    failures: bigNumber('failures'),
  },
  foreignKeys: [
    inWorkspace('fk_schedule_run_workspace'),
    {
      name: 'fk_schedule_run_installation',
      target: 'installation',
      columnNames: ['installationId'],
      referencedColumnNames: ['id'],
      onDelete: 'CASCADE',
    },
  ],
})
