import type { InstallationDetailFacts, InstallationFacts, InstallerPort } from '../http/ports.ts'
import type { InstallationRow } from '../store/store.ts'
import { changeInstallation, releaseInstallation, restartInstallation } from './change-installation.ts'
import { installationError } from './errors.ts'
import { endInspection, inspectInstallation } from './inspect-installation.ts'
import { installPlugin } from './install-plugin.ts'
import { nameOf } from './name-of.ts'
import { planInstall } from './plan-install.ts'
import type { InstallerPorts } from './ports.ts'
import { removeInstallation } from './remove-installation.ts'
import { updateInstallation } from './update-installation.ts'
import { approveUpdate, declineUpdate } from './updates/decide-offer.ts'
import { describeUpdates } from './updates/describe-updates.ts'
import { planUpdate } from './updates/plan-update.ts'
import { rollBack } from './updates/roll-back.ts'
import { changeUpdatePolicy } from './updates/update-policy.ts'
import { changeUpdateSetting } from './updates/update-setting.ts'

/** What an admin does with plugins: the verbs of `installations/` behind one port. */
export function createInstaller(ports: InstallerPorts): InstallerPort {
  return {
    plan: (principal, request) => planInstall(ports, principal.workspaceId, request),
    install: (principal, request, run) => installPlugin(ports, principal, request, run),
    async list(workspaceId) {
      const rows = await ports.store.installations.ofWorkspace(workspaceId)
      return await Promise.all(rows.map((row) => factsOf(ports, row)))
    },
    async get(workspaceId, installationId) {
      const row = await ports.store.installations.get(installationId)
      return row === undefined || row.workspaceId !== workspaceId ? undefined : await detailOf(ports, row)
    },
    change: (principal, installationId, change, requestId) =>
      changeInstallation(ports, principal, installationId, change, requestId),
    restart: (principal, installationId, requestId) => restartInstallation(ports, principal, installationId, requestId),
    release: (principal, installationId, requestId) => releaseInstallation(ports, principal, installationId, requestId),
    planUpdate: (principal, installationId, request) =>
      planUpdate(ports, principal.workspaceId, installationId, request),
    update: (principal, installationId, request, run) =>
      updateInstallation(ports, principal, installationId, request, run),
    updates: (workspaceId, installationId) => describeUpdates(ports, workspaceId, installationId),
    offers: (workspaceId) => ports.store.updates.offers(workspaceId),
    changeUpdateSetting: (principal, installationId, change, requestId) =>
      changeUpdateSetting(ports, principal, installationId, change, requestId),
    approveUpdate: (principal, installationId, request, requestId) =>
      approveUpdate(ports, principal, installationId, request, requestId),
    declineUpdate: (principal, installationId, wanted, requestId) =>
      declineUpdate(ports, principal, installationId, wanted, requestId),
    rollBack: (principal, installationId, request, run) => rollBack(ports, principal, installationId, request, run),
    updatePolicy: async (workspaceId) => ({
      secondApprover: (await ports.store.updates.policy(workspaceId))?.secondApprover ?? false,
    }),
    changeUpdatePolicy: (principal, change, requestId) => changeUpdatePolicy(ports, principal, change, requestId),
    remove: (principal, installationId, requestId) => removeInstallation(ports, principal, installationId, requestId),
    inspect: (principal, installationId, requestId) => inspectInstallation(ports, principal, installationId, requestId),
    endInspection: (principal, installationId, requestId) => endInspection(ports, principal, installationId, requestId),
    log: (installationId) => ports.log.lines(installationId),
    followLog: (installationId, listener) => ports.log.follow(installationId, listener),
  }
}

async function factsOf(ports: InstallerPorts, row: InstallationRow): Promise<InstallationFacts> {
  const status = ports.kernel.status(row.id)
  const usage = ports.usage(row.id)
  return {
    row,
    state: status?.state ?? (row.quarantine === undefined ? 'stopped' : 'quarantined'),
    reason: status?.reason,
    swap: status?.swap,
    notice: ports.releases.notice(row.pluginId, row.version),
    usage: {
      calls: usage?.calls ?? 0,
      errors: usage?.errors ?? 0,
      cpuMs: (usage?.cpuMicroseconds ?? 0) / 1000,
      heapBytes: usage?.heapBytes ?? 0,
    },
    installedBy: await nameOf(ports, row.installedBy),
  }
}

async function detailOf(ports: InstallerPorts, row: InstallationRow): Promise<InstallationDetailFacts> {
  const profile = ports.profiles.get(row.profile)
  if (profile === undefined)
    throw installationError(
      'SANDBOX_PROFILE_UNKNOWN',
      `Expected the sandbox profile \`${row.profile}\` of this host, found none.`,
    )
  return {
    ...(await factsOf(ports, row)),
    chain: await ports.releases.chainOf(row.bundleDigest),
    profile,
    limits: ports.limitsFor(profile, row.manifest, row.id),
    log: ports.log.lines(row.id),
  }
}
