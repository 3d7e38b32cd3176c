import type { EntityManager } from 'typeorm'
import { installationBoundsEntity } from '../entities/installation-bounds.ts'
import { rowsOf } from '../rows.ts'
import type { Store } from '../store.ts'
import { tableOf } from '../table.ts'

export function installationBoundsVerbs(manager: EntityManager): Store['installationBounds'] {
  const table = tableOf(manager, installationBoundsEntity)
  return {
    ...rowsOf(manager, installationBoundsEntity, (installationId: string) => ({ installationId })),
    list: () => table.find(),
    insertMissing: (row) => table.insertMissing([row]),
  }
}
