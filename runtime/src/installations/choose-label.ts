import type { InstallationRow } from '../store/store.ts'
import { installationError } from './errors.ts'

const MAX_LABEL = 32

/** The prefix of an installation's exposed names: the one asked for, or the plugin's name with a number if it is taken. */
export function chooseLabel(
  pluginId: string,
  wanted: string | undefined,
  installed: readonly InstallationRow[],
): string {
  const taken = new Set(installed.map(({ label }) => label))
  if (wanted !== undefined) {
    if (taken.has(wanted))
      throw installationError(
        'INSTALLATION_LABEL',
        `Expected a label that is free in this workspace, found \`${wanted}\` in use. Choose another.`,
      )
    return wanted
  }
  const base = (pluginId.split('/')[1] ?? pluginId).slice(0, MAX_LABEL - 4)
  for (let number = 1; ; number += 1) {
    const label = number === 1 ? base : `${base}-${number}`
    if (!taken.has(label)) return label
  }
}
