import { join } from 'node:path'
import { pluginVersion } from '@nexus/registry/contract'
import { z } from 'zod'
import { installError } from './errors.ts'
import { openJsonFile } from './json-file.ts'

const notice = z.strictObject({
  kind: z.enum(['revoked', 'yanked', 'deprecated']),
  /** In the words of whoever did it. */
  reason: z.string().max(2000),
  at: z.iso.datetime(),
})

const noticesFile = z.strictObject({
  version: z.literal(1),
  /** By plugin, then by version. */
  releases: z.record(z.string(), z.record(pluginVersion, notice)),
})

/** Something that everybody who has a release should know. */
export type ReleaseNotice = z.infer<typeof notice>

/** What this host was told about releases after it installed them. It survives restarts and needs no registry. */
export interface ReleaseNotices {
  find(id: string, version: string): ReleaseNotice | undefined
  /** Remembers it. A revocation is for good: nothing replaces it. True when it is news. */
  put(id: string, version: string, notice: ReleaseNotice): Promise<boolean>
  /** A yank or a deprecation that was taken back. */
  clear(id: string, version: string, kind: 'yanked' | 'deprecated'): Promise<boolean>
  /** Refuses a revoked release with `RELEASE_REVOKED`. */
  check(id: string, version: string): void
}

const GRAVITY = { deprecated: 0, yanked: 1, revoked: 2 } as const

/** Opens `<dataDir>/release-notices.json`. A damaged one is an error: it may have said what must not run. */
export async function openReleaseNotices(dataDir: string): Promise<ReleaseNotices> {
  const path = join(dataDir, 'release-notices.json')
  const file = await openJsonFile(path, noticesFile, { version: 1, releases: {} }, (found) =>
    installError(
      'TRUST_NOTICES_INVALID',
      `Expected notices about releases in ${path}, found: ${found}. Restore the file.`,
    ),
  )
  const find = (id: string, version: string): ReleaseNotice | undefined => {
    const versions = Object.hasOwn(file.content.releases, id) ? file.content.releases[id] : undefined
    return versions !== undefined && Object.hasOwn(versions, version) ? versions[version] : undefined
  }
  return {
    find,
    async put(id, version, next) {
      const before = find(id, version)
      // What is worse stays: a revocation is for good, and a yank says more than a deprecation.
      if (before !== undefined && GRAVITY[before.kind] > GRAVITY[next.kind]) return false
      if (before?.kind === 'revoked' || (before?.kind === next.kind && before.reason === next.reason)) return false
      await file.change((current) => {
        const versions = { ...current.releases[id], [version]: next }
        return { ...current, releases: { ...current.releases, [id]: versions } }
      })
      return true
    },
    async clear(id, version, kind) {
      if (find(id, version)?.kind !== kind) return false
      await file.change((current) => {
        const { [version]: _, ...versions } = current.releases[id] ?? {}
        return { ...current, releases: { ...current.releases, [id]: versions } }
      })
      return true
    },
    check(id, version) {
      const found = find(id, version)
      if (found?.kind !== 'revoked') return
      throw installError(
        'RELEASE_REVOKED',
        `Expected a release that may run, found that ${id}@${version} was revoked at ${found.at}: ${found.reason || 'no reason given'}. Remove it, or update to another version.`,
        { details: { layer: 'registry', expected: 'a release that was not revoked', found: `revoked at ${found.at}` } },
      )
    },
  }
}
