import { NexusError, errorCode } from '@nexus/plugin-api'
import { reasonOf } from '../kernel/reason.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { StateReason } from '../kernel/ports.ts'
import type { InstallationRow, Store } from '../store/store.ts'
import { entryOf } from './entry.ts'

/** What is stopped for good, whatever else a person decides: taken back by the registry or by its publisher. */
const REVOKED = ['RELEASE_REVOKED', 'SIGNATURE_KEY_INVALID', 'SIGNATURE_IDENTITY_INVALID']

export interface RecheckPorts {
  readonly store: { readonly installations: Pick<Store['installations'], 'list' | 'get' | 'update'> }
  readonly kernel: Pick<Kernel, 'status' | 'quarantine' | 'restart'>
  /** Checks a kept release from disk alone with what is believed now; throws when it does not hold any more. */
  readonly check: (bundleDigest: string) => Promise<unknown>
}

/**
 * Looks again at what is installed after something that is believed has changed. What was revoked is stopped at once and
 * stays in quarantine; what the policy refuses now is stopped and held; what was held and is allowed now starts. Resolves
 * to what had to be stopped.
 */
export async function recheckInstallations(
  ports: RecheckPorts,
  isMeant: (row: InstallationRow) => boolean,
): Promise<readonly InstallationRow[]> {
  const rows = (await ports.store.installations.list()).filter(isMeant)
  const stopped = await Promise.all(rows.map(async (row) => ((await recheck(ports, row)) ? row : undefined)))
  return stopped.filter((row) => row !== undefined)
}

/** True when it had to be stopped. */
async function recheck(ports: RecheckPorts, row: InstallationRow): Promise<boolean> {
  const state = ports.kernel.status(row.id)?.state ?? (row.quarantine === undefined ? 'stopped' : 'quarantined')
  if (state === 'quarantined') return false
  const reason = await whyNot(ports, row)
  if (reason === undefined) {
    if (row.enabled && state === 'held') await ports.kernel.restart(entryOf(row))
    return false
  }
  if (REVOKED.includes(reason.code)) {
    await quarantine(ports, row, reason)
    return true
  }
  // Its start checks everything again, refuses, and says why.
  if (row.enabled && state === 'active') await ports.kernel.restart(entryOf(row))
  return state === 'active'
}

async function whyNot(ports: RecheckPorts, row: InstallationRow): Promise<StateReason | undefined> {
  try {
    await ports.check(row.bundleDigest)
    return undefined
  } catch (error) {
    if (errorCode(error) === undefined || !(error instanceof NexusError)) throw error
    return reasonOf(error)
  }
}

async function quarantine(ports: RecheckPorts, row: InstallationRow, reason: StateReason): Promise<void> {
  if (ports.kernel.status(row.id) === undefined) {
    await ports.store.installations.update(row.id, { quarantine: reason.message })
    return
  }
  const { state } = await ports.kernel.quarantine(row.id, reason)
  if (state === 'quarantined') return
  // It was on probation and the side before came back. When that is the same release, there is no way back.
  const now = await ports.store.installations.get(row.id)
  if (now?.bundleDigest === row.bundleDigest) await ports.kernel.quarantine(row.id, reason)
}
