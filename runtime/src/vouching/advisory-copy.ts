import { type Advisory, registryRoutes as routes } from '@nexus/registry/contract'
import { satisfies } from 'semver'
import type { RegistryCaller } from '../install/index.ts'
import type { Logger } from '../telemetry/index.ts'
import { ADVISORY_LOOK_MS, ADVISORY_OVERLAP_MS, ADVISORY_PAGE } from './limits.ts'

/** All advisories of the registry, kept here: it never learns what is installed. */
export interface AdvisoryCopy extends Disposable {
  /** Reads what changed. Rejects when the registry does not answer; what was read before stays. */
  refresh(): Promise<void>
  /** What is known of a plugin, newest first. Asks the registry when nothing was read yet. */
  ofPlugin(pluginId: string): Promise<readonly Advisory[]>
  /** What is known of this version, from what was read. */
  affecting(pluginId: string, version: string): readonly Advisory[]
}

export function createAdvisoryCopy(caller: RegistryCaller, logger: Logger): AdvisoryCopy {
  const known = new Map<string, Advisory>()
  let since = new Date(0).toISOString()
  let reading: Promise<void> | undefined
  const refresh = (): Promise<void> => {
    reading ??= read().finally(() => (reading = undefined))
    return reading
  }
  const read = async (): Promise<void> => {
    let cursor: string | undefined
    let newest = since
    do {
      const query = { updated_since: since, limit: ADVISORY_PAGE, ...(cursor === undefined ? {} : { cursor }) }
      const page = await caller.call(routes.advisories, { query })
      for (const advisory of page.items) {
        if (advisory.withdrawnAt === undefined) known.set(advisory.id, advisory)
        else known.delete(advisory.id)
        if (advisory.updatedAt > newest) newest = advisory.updatedAt
      }
      cursor = page.nextCursor
    } while (cursor !== undefined)
    since = new Date(Math.max(0, Date.parse(newest) - ADVISORY_OVERLAP_MS)).toISOString()
  }
  const look = () => {
    refresh().catch((error: unknown) => logger.warn({ err: error }, 'Advisories could not be read.'))
  }
  look()
  const timer = setInterval(look, ADVISORY_LOOK_MS).unref()
  const of = (pluginId: string) => [...known.values()].filter(({ plugin }) => plugin === pluginId)
  return {
    refresh,
    async ofPlugin(pluginId) {
      await refresh()
      return of(pluginId).toSorted((left, right) => (left.publishedAt < right.publishedAt ? 1 : -1))
    },
    affecting: (pluginId, version) =>
      of(pluginId).filter(({ range }) => satisfies(version, range, { includePrerelease: true })),
    [Symbol.dispose]: () => clearInterval(timer),
  }
}
