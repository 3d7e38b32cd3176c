import { maxSatisfying, rcompare, validRange } from 'semver'
import { registryError } from '../errors.ts'

/** The version that people mean when they name none: the newest stable one, else the newest of all. */
export function latestVersion(versions: readonly string[]): string | undefined {
  return maxSatisfying(versions, '*') ?? versions.toSorted(rcompare)[0]
}

/** The newest version in a semver range. `*` means what `latestVersion` means. */
export function resolveVersion(versions: readonly string[], range: string): string | undefined {
  if (validRange(range) === null) {
    throw registryError('REQUEST_MALFORMED', 'Expected a semver range such as `^1.2.0`, found something else.')
  }
  return range === '*' ? latestVersion(versions) : (maxSatisfying(versions, range) ?? undefined)
}
