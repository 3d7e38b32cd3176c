import type { EntityManager } from 'typeorm'
import { roomMarkEntity } from '../entities/room-mark.ts'
import type { RoomMarkRows } from '../room-mark.ts'
import { tableOf } from '../table.ts'

export function roomMarkVerbs(manager: EntityManager): RoomMarkRows {
  const table = tableOf(manager, roomMarkEntity)
  return {
    list: (room) => table.find({ room }),
    async put(row) {
      const { room, workspaceId, mark } = row
      if ((await table.update({ room, workspaceId }, { mark })) === 0) await table.insertMissing([row])
    },
  }
}
