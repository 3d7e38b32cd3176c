import type { EntityManager } from 'typeorm'
import { scheduleRunEntity } from '../entities/schedule-run.ts'
import type { Store } from '../store.ts'
import { tableOf } from '../table.ts'

const NEVER = new Date(0)

export function scheduleVerbs(manager: EntityManager): Store['schedules'] {
  const table = tableOf(manager, scheduleRunEntity)
  return {
    ofInstallation: (installationId) => table.find({ installationId }, { name: 'asc' }),
    async claim({ workspaceId, installationId, name, slot, now, leaseUntil }) {
      const fresh = { workspaceId, installationId, name, slot: NEVER, startedAt: NEVER, runs: 0, failures: 0 }
      const rest = { leaseUntil: undefined, finishedAt: undefined, outcome: undefined, code: undefined }
      await table.insertMissing([{ ...fresh, ...rest }])
      // One statement decides: of several hosts exactly one changes the row.
      const claim = manager.createQueryBuilder().update(scheduleRunEntity)
      claim.set({ slot, leaseUntil, startedAt: now, runs: () => 'runs + 1' })
      claim.where('installation_id = :installationId AND name = :name', { installationId, name })
      claim.andWhere('slot < :slot AND (lease_until IS NULL OR lease_until <= :now)', {
        slot: slot.toISOString(),
        now: now.toISOString(),
      })
      return ((await claim.execute()).affected ?? 0) > 0
    },
    async finish({ installationId, name, slot, finishedAt, outcome, code }) {
      const end = manager.createQueryBuilder().update(scheduleRunEntity)
      const failures = outcome === 'ok' ? 'failures' : 'failures + 1'
      end.set({ leaseUntil: () => 'NULL', finishedAt, outcome, code: code ?? (() => 'NULL'), failures: () => failures })
      // Whose lease ran out has been overtaken: the row is about another run by now.
      end.where('installation_id = :installationId AND name = :name AND slot = :slot', {
        installationId,
        name,
        slot: slot.toISOString(),
      })
      await end.execute()
    },
  }
}
