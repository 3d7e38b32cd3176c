import { routeLines } from '../client/routes.ts'
import { may, session } from './session.ts'
import { Store } from './store.ts'

/** How many definitions of servers wait for a person; the host pushes it. */
export const held = new Store(0)

let stream: EventSource | undefined

const mayDecide = (): boolean => may('installations:manage')

function isCount(value: unknown): value is { readonly waiting: number } {
  return typeof value === 'object' && value !== null && 'waiting' in value && typeof value.waiting === 'number'
}

/** One stream while the page is seen, and only for those who can do something about it. */
function follow(): void {
  const wanted = document.visibilityState === 'visible' && mayDecide()
  if (wanted === (stream !== undefined)) return
  stream?.close()
  stream = undefined
  if (!wanted) return
  const [, path = ''] = routeLines.followDefinitions.split(' ')
  stream = new EventSource(path)
  stream.addEventListener('message', ({ data }: MessageEvent<string>) => {
    const count: unknown = JSON.parse(data)
    if (isCount(count)) held.set(count.waiting)
  })
}

/** Starts following what waits for whoever is signed in. */
export function followHeld(): void {
  session.addEventListener('change', () => {
    if (!mayDecide()) held.set(0)
    follow()
  })
  document.addEventListener('visibilitychange', follow)
  follow()
}
