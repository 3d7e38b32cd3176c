import { WATCH_IDLE_MS, WATCH_MS } from './limits.ts'

/** Looks at all running isolates while any runs. */
export interface Watch {
  touch(): void
}

export function createWatch(check: (now: number) => void): Watch {
  let timer: NodeJS.Timeout | undefined
  let touched = 0
  const tick = (): void => {
    const now = performance.now()
    check(now)
    if (now - touched > WATCH_IDLE_MS) {
      clearInterval(timer)
      timer = undefined
    }
  }
  return {
    touch() {
      touched = performance.now()
      timer ??= setInterval(tick, WATCH_MS)
    },
  }
}
