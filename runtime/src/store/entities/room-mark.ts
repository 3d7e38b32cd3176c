import { EntitySchema } from 'typeorm'
import { key, text } from '../columns.ts'
import type { RoomMarkRow } from '../room-mark.ts'

export const roomMarkEntity = new EntitySchema<RoomMarkRow>({
  name: 'room_mark',
  columns: {
    room: key('room', 'pk_room_mark'),
    workspaceId: key('workspace_id', 'pk_room_mark'),
    mark: text('mark'),
  },
})
