import type ivm from 'isolated-vm'
import type { Shape } from '../guest/wire.ts'
import { NURSERY_WAIT_MS } from './limits.ts'
import type { Guest, GuestLoader } from './load-guest.ts'

/** An isolate with the prelude in it and nobody's code. */
export interface Room {
  readonly isolate: ivm.Isolate
  readonly context: ivm.Context
  readonly guest: Guest
  /** Who moves in hears the isolate's posts and its catastrophes from now on. */
  moveIn(onPost: PostListener, onCatastrophe: () => void): void
}

export type PostListener = (kind: unknown, id: unknown, head: unknown, text: unknown, call: unknown) => string

/** Makes rooms, and keeps one ready that looks like the last one, because the next plugin of a cell is of its kind. */
export interface Nursery {
  take(memoryMb: number, shape: Shape): Promise<Room>
}

export function createNursery(ivmModule: typeof ivm, loader: GuestLoader): Nursery {
  let spare: { readonly key: string; readonly room: Promise<Room | undefined> } | undefined
  let timer: NodeJS.Timeout | undefined

  const prepareSpare = (key: string, memoryMb: number, shape: Shape): void => {
    if (spare?.key === key) return
    void spare?.room.then((room) => room?.isolate.dispose())
    // A spare is a favour: when it cannot be made, the next plugin makes its own room and reports why.
    spare = { key, room: makeRoom(ivmModule, loader, memoryMb, shape).catch(() => undefined) }
  }
  return {
    async take(memoryMb, shape) {
      const key = JSON.stringify([memoryMb, shape])
      const kept = spare?.key === key ? spare : undefined
      if (kept !== undefined) spare = undefined
      clearTimeout(timer)
      timer = setTimeout(() => prepareSpare(key, memoryMb, shape), NURSERY_WAIT_MS)
      const ready = await kept?.room
      return ready ?? makeRoom(ivmModule, loader, memoryMb, shape)
    },
  }
}

async function makeRoom(ivmModule: typeof ivm, loader: GuestLoader, memoryMb: number, shape: Shape): Promise<Room> {
  let onPost: PostListener = () => ''
  let onCatastrophe = (): void => undefined
  const isolate = new ivmModule.Isolate({ memoryLimit: memoryMb, onCatastrophicError: () => onCatastrophe() })
  try {
    const context = await isolate.createContext()
    const callback = new ivmModule.Callback((...[kind, id, head, text, call]: unknown[]) =>
      onPost(kind, id, head, text, call),
    )
    const guest = await loader.load(isolate, context, callback, shape)
    return {
      isolate,
      context,
      guest,
      moveIn(listener, catastrophe) {
        onPost = listener
        onCatastrophe = catastrophe
      },
    }
  } catch (error) {
    if (!isolate.isDisposed) isolate.dispose()
    throw error
  }
}
