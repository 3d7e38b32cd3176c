import { expect, it, vi } from 'vitest'
import { watchRoomMarks } from '../../../runtime/src/gateway/room-marks.ts'
import { openStore } from '../../../runtime/src/store/open-store.ts'

it('a change that the store did not take at once still reaches other nodes [G4, G7]', async () => {
  await using store = await openStore({ url: 'sqlite::memory:' })
  const { roomMarks } = store
  let failures = 2
  const failing: typeof roomMarks = {
    ...roomMarks,
    put: (row) => (failures-- > 0 ? Promise.reject(new Error('away')) : roomMarks.put(row)),
  }
  const heard: string[] = []
  using nodes = new DisposableStack()
  const here = nodes.use(watchRoomMarks(failing, 'cache', () => undefined, 10))
  nodes.use(watchRoomMarks(roomMarks, 'cache', (workspaceId) => heard.push(workspaceId), 10))
  await new Promise((done) => setTimeout(done, 50))
  here.changed('workspace-1')
  await vi.waitFor(() => expect(heard).toEqual(['workspace-1']), { timeout: 5_000 })
})
