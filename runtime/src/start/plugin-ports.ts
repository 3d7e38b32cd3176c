import { join } from 'node:path'
import { errorCode } from '@nexus/plugin-api'
import type { LoaderPorts } from '../admission/load-plugin.ts'
import { createDenialAudit } from '../broker/denial-audit.ts'
import type { Broker } from '../broker/index.ts'
import type { Config } from '../config.ts'
import { installationError } from '../installations/errors.ts'
import type { Metering } from '../metering/index.ts'
import { sandboxError } from '../sandbox/errors.ts'
import type { InstallationRow } from '../store/store.ts'
import type { Foundation } from './open-foundation.ts'

/** What holds for every process that a plugin has started. */
export function processPorts(
  config: Config,
  { audit, profiles }: Foundation,
): Pick<LoaderPorts, 'packagesDir' | 'npmEnvironment' | 'processes'> {
  const limits = profiles.get('process')?.limits
  if (limits === undefined) {
    throw sandboxError(
      'SANDBOX_PROFILE_UNKNOWN',
      'Expected the sandbox profile `process`, found none. Add process.json.',
    )
  }
  const records = new WeakMap<InstallationRow, ReturnType<typeof createDenialAudit>>()
  const processes: LoaderPorts['processes'] = {
    minimum: config.processContainment,
    limits,
    refused(row, error) {
      const record = records.get(row) ?? createDenialAudit({ ...row, limits }, audit)
      records.set(row, record)
      const code = errorCode(error) ?? 'NETWORK_FAILED'
      if (code === 'NETWORK_DENIED') record('denied', 'process.network', code, undefined, error)
      if (code === 'NETWORK_QUOTA') record('limited', 'process.network', code, undefined, error)
    },
  }
  return { packagesDir: join(config.dataDir, 'packages'), npmEnvironment: config.npmEnvironment, processes }
}

/** The host side of each installation's bridge. */
export function capabilitiesOf(broker: Broker, metering: Metering): LoaderPorts['capabilities'] {
  return (row, limits, scope) => {
    const { id, workspaceId, pluginId, grants, config } = row
    const observer = metering.observer(row, limits)
    return broker.portFor({ id, workspaceId, pluginId, grants, limits, config, observer }, scope)
  }
}

/** Where installations are read, and where the kernel's last word about one is kept. */
export function rowsOf({ store, audit }: Foundation): Pick<LoaderPorts, 'row' | 'quarantined'> {
  return {
    async row(installationId) {
      const row = await store.installations.get(installationId)
      if (row !== undefined) return row
      throw installationError('INSTALLATION_UNKNOWN', `Expected the installation ${installationId}, found none.`)
    },
    async quarantined({ installationId, workspaceId, pluginId, version }, reason) {
      await store.installations.update(installationId, { quarantine: reason.message })
      audit.record({
        workspaceId,
        actor: 'system',
        action: 'plugin.quarantined',
        target: `${pluginId}@${version}`,
        outcome: 'failed',
        requestId: installationId,
        details: { code: reason.code },
      })
    },
  }
}
