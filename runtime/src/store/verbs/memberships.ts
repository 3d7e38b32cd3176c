import type { EntityManager } from 'typeorm'
import { membershipEntity } from '../entities/membership.ts'
import type { Store } from '../store.ts'
import { tableOf } from '../table.ts'

export function membershipVerbs(manager: EntityManager): Store['memberships'] {
  const table = tableOf(manager, membershipEntity)
  return {
    ofUser: (userId) => table.find({ userId }, { workspaceId: 'asc', role: 'asc' }),
    ofWorkspace: (workspaceId) => table.find({ workspaceId }, { userId: 'asc', role: 'asc' }),
    put: (row) => table.insertMissing([row]),
    async remove({ userId, workspaceId, role }) {
      return (await table.remove({ userId, workspaceId, role })) > 0
    },
    replace: (userId, memberships) =>
      manager.transaction(async (inside) => {
        const own = tableOf(inside, membershipEntity)
        await own.remove({ userId })
        await own.insert(memberships.map(({ workspaceId, role }) => ({ userId, workspaceId, role })))
      }),
  }
}
