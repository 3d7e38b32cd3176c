import { createHash } from 'node:crypto'
import type { Logger } from '../../telemetry/index.ts'
import type { InstallerPorts } from '../ports.ts'
import { applyDue } from './apply-due.ts'
import { checkInstallation } from './check-installation.ts'
import { CHECK_JITTER, FEED_PAUSE_MS, TICK_MS } from './limits.ts'

export interface UpdateWatchOptions {
  /** How often an installation looks for newer releases, milliseconds. */
  readonly checkMs: number
  readonly logger: Pick<Logger, 'warn'>
}

/** The background work of updates: looks for newer releases, and carries out what was approved for later. */
export interface UpdateWatch extends AsyncDisposable {
  /** Looks at everything now, whoever looked before. Resolves when it is done. */
  look(): Promise<void>
  /** Something happened at the registry: looks soon, once for all events of a moment. */
  heard(): void
}

export function watchUpdates(ports: InstallerPorts, options: UpdateWatchOptions): UpdateWatch {
  const { checkMs, logger } = options
  const stop = new AbortController()
  let running: Promise<void> = Promise.resolve()
  let timer: NodeJS.Timeout | undefined
  let soon: NodeJS.Timeout | undefined
  const work = async (isUrgent: boolean): Promise<void> => {
    try {
      await applyDue(ports, stop.signal)
      for (const setting of await ports.store.updates.automatic()) {
        if (stop.signal.aborted) return
        const now = ports.now()
        const pauseMs = isUrgent ? 0 : checkMs * (1 + (shareOf(setting.installationId) * 2 - 1) * CHECK_JITTER)
        const before = new Date(now.getTime() - pauseMs)
        if (!(await ports.store.updates.claimCheck(setting.installationId, now, before))) continue
        await checkInstallation(ports, setting, stop.signal).catch((error: unknown) => {
          const message = error instanceof Error ? error.message : String(error)
          ports.log.write(setting.installationId, 'warn', `Looking for a newer release failed: ${message}`)
        })
      }
    } catch (error) {
      // The database is away; the next round tries again.
      logger.warn({ err: error }, 'Updates could not be looked at')
    }
  }
  const enqueue = (isUrgent: boolean): Promise<void> => (running = running.then(() => work(isUrgent)))
  const wait = (): void => {
    if (stop.signal.aborted) return
    timer = setTimeout(() => void enqueue(false).then(wait), Math.min(TICK_MS, checkMs))
    timer.unref()
  }
  const heard = (): void => {
    if (soon !== undefined || stop.signal.aborted) return
    soon = setTimeout(() => {
      soon = undefined
      void enqueue(true)
    }, FEED_PAUSE_MS)
    soon.unref()
  }
  wait()
  return {
    look: () => enqueue(true),
    heard,
    async [Symbol.asyncDispose]() {
      stop.abort()
      clearTimeout(timer)
      clearTimeout(soon)
      await running
    },
  }
}

/** 0 to below 1, always the same for one installation. */
function shareOf(installationId: string): number {
  return createHash('sha256').update(installationId).digest().readUInt32BE(0) / 2 ** 32
}
