import { Store } from './store.ts'
import { OFFLINE_RETRY_SECONDS } from '../limits.ts'

export interface Connection {
  readonly online: boolean
  /** Seconds until the next attempt while offline. */
  readonly retryIn: number
}

/** Whether the host answers. Set by the API client, shown as a banner by the shell. */
export const connection = new Store<Connection>({ online: true, retryIn: 0 })

let timer: ReturnType<typeof setInterval> | undefined

export function reportOnline(): void {
  clearInterval(timer)
  timer = undefined
  if (!connection.value.online) connection.set({ online: true, retryIn: 0 })
}

export function reportOffline(): void {
  if (timer !== undefined) return
  connection.set({ online: false, retryIn: OFFLINE_RETRY_SECONDS })
  timer = setInterval(() => {
    const { retryIn } = connection.value
    if (retryIn > 1) connection.set({ online: false, retryIn: retryIn - 1 })
    else void tryAgain()
  }, 1000)
}

/** Asks the host whether it is back. */
export async function tryAgain(): Promise<void> {
  const answered = await fetch('/api/v1/health', { cache: 'no-store' }).then(
    () => true,
    () => false,
  )
  if (answered) reportOnline()
  else connection.set({ online: false, retryIn: OFFLINE_RETRY_SECONDS })
}
