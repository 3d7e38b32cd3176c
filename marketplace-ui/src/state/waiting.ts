import { routeLines } from '../client/routes.ts'
import { may, session } from './session.ts'
import { Store } from './store.ts'

/** How many calls wait for the person's approval; the host pushes it. */
export const waiting = new Store(0)

let stream: EventSource | undefined

function isCount(value: unknown): value is { readonly waiting: number } {
  return typeof value === 'object' && value !== null && 'waiting' in value && typeof value.waiting === 'number'
}

/** One stream while the page is seen: a browser gives all tabs of a host together only a few connections. */
function follow(): void {
  const wanted = document.visibilityState === 'visible' && may('approvals:decide')
  if (wanted === (stream !== undefined)) return
  stream?.close()
  stream = undefined
  if (!wanted) return
  const [, path = ''] = routeLines.followApprovals.split(' ')
  stream = new EventSource(path)
  stream.addEventListener('message', ({ data }: MessageEvent<string>) => {
    const count: unknown = JSON.parse(data)
    if (isCount(count)) waiting.set(count.waiting)
  })
}

/** Starts following what waits for whoever is signed in. */
export function followWaiting(): void {
  session.addEventListener('change', () => {
    if (!may('approvals:decide')) waiting.set(0)
    follow()
  })
  document.addEventListener('visibilitychange', follow)
  follow()
}
