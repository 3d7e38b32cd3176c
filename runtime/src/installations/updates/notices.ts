import { lt } from 'semver'
import type { InstallationRow } from '../../store/store.ts'
import type { InstallerPorts } from '../ports.ts'
import { isInCohort } from './choose-release.ts'
import { failedVersions } from './failed-before.ts'
import type { KnownFacts, UpdateNotice } from './update-plan.ts'

/** What a person should know of the release they are about to choose. */
export async function noticesOf(
  ports: InstallerPorts,
  row: InstallationRow,
  version: string,
  { plugin, after }: KnownFacts,
): Promise<readonly UpdateNotice[]> {
  const listed = plugin?.releases.find((release) => release.version === version)
  const setting = await ports.store.updates.setting(row.id)
  const until = listed === undefined ? undefined : oldEnoughAt(ports, row.pluginId, listed.publishedAt)
  const notices: readonly (UpdateNotice | false | undefined)[] = [
    setting?.pinned === true && { code: 'PINNED', text: '' },
    after?.revoked !== undefined && { code: 'REVOKED', text: after.revoked },
    (listed?.yanked === true || after?.yankReason !== undefined) && { code: 'YANKED', text: after?.yankReason ?? '' },
    after?.deprecated !== undefined && { code: 'DEPRECATED', text: after.deprecated },
    ...(after?.advisories ?? []).map(
      ({ id, title, severity }) =>
        ({ code: 'ADVISORY', text: [id, severity, title].filter(Boolean).join(' · ') }) as const,
    ),
    lt(version, row.version) && { code: 'DOWNGRADE', text: '' },
    until !== undefined && until > ports.now() && { code: 'AGE', text: '', until },
    listed !== undefined &&
      !isInCohort(ports.hostId, row.id, version, listed.rolloutPercent) && {
        code: 'ROLLOUT',
        text: `${listed.rolloutPercent} %`,
      },
    (await failedVersions(ports, row))(version) && { code: 'FAILED_BEFORE', text: '' },
  ]
  return notices.filter((notice) => notice !== false && notice !== undefined)
}

/** When a release has the age that this host's policy wants before it is taken without asking. */
export function oldEnoughAt(
  { minimumAgeMs }: Pick<InstallerPorts, 'minimumAgeMs'>,
  pluginId: string,
  publishedAt: Date,
): Date {
  return new Date(publishedAt.getTime() + minimumAgeMs(pluginId))
}
