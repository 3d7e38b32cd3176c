import { resolve } from 'node:path'
import type { Config } from '../../config.ts'
import type { Diagnosis } from '../../contract/index.ts'
import { checkCellContainment, checkProcessContainment } from './check-containment.ts'
import { checkDataFolder } from './check-data-folder.ts'
import { checkDatabase } from './check-database.ts'
import { checkDeveloperMode } from './check-developer-mode.ts'
import { checkDisk } from './check-disk.ts'
import { checkKeys } from './check-keys.ts'
import { checkNode } from './check-node.ts'
import { checkPort } from './check-port.ts'
import { checkRegistry } from './check-registry.ts'
import { checkUi } from './check-ui.ts'
import { checkWorkerTier } from './check-worker-tier.ts'
import type { Check } from './check.ts'

const CHECKS: readonly Check[] = [
  checkNode,
  checkDataFolder,
  checkDatabase,
  checkKeys,
  checkPort,
  checkRegistry,
  checkCellContainment,
  checkWorkerTier,
  checkProcessContainment,
  checkDeveloperMode,
  checkDisk,
  checkUi,
]

/**
 * Looks at an installation from outside: nothing needs to run, and nothing is changed. `runningAt` is the origin of the
 * host that uses it, if one answers.
 */
export async function diagnose(config: Config, runningAt: string | undefined): Promise<readonly Diagnosis[]> {
  const patient = { config, runningAt, uiFolder: resolve(import.meta.dirname, '../../../../marketplace-ui/dist') }
  return await Promise.all(
    CHECKS.map(async (check) => {
      try {
        return { name: check.name, ...(await check.run(patient)) }
      } catch (error) {
        // A check that breaks is a finding too.
        const found = error instanceof Error ? error.message : String(error)
        return {
          name: check.name,
          state: 'failed' as const,
          found,
          mend: 'Mend what the message names, then run the check again.',
        }
      }
    }),
  )
}
