import type { LogEntry } from '@nexus/registry/contract'
import type { AuditTrail } from '../audit/audit.ts'
import type { ReleaseNotices, Trust } from '../install/index.ts'
import type { InstallationRow } from '../store/store.ts'
import { type RecheckPorts, recheckInstallations } from './recheck-installations.ts'

export interface NoticePorts extends RecheckPorts {
  readonly notices: Pick<ReleaseNotices, 'put' | 'clear'>
  readonly trust: Pick<Trust, 'revokeSigner'>
  readonly audit: Pick<AuditTrail, 'record'>
}

/**
 * Takes in what the registry's log says about releases and signers, one entry at a time: a revocation is written down
 * first, so that it holds after a crash and without a network, and then stops what runs.
 */
export async function takeNotice(ports: NoticePorts, entry: LogEntry, at: string): Promise<void> {
  if (entry.kind === 'release.unyanked') await ports.notices.clear(entry.id, entry.version, 'yanked')
  else if (entry.kind === 'key.revoked') await revokeSigner(ports, entry, at)
  else if (isWithdrawal(entry)) await withdraw(ports, entry, at)
}

type Withdrawal = Extract<LogEntry, { kind: keyof typeof KINDS }>

function isWithdrawal(entry: LogEntry): entry is Withdrawal {
  return Object.hasOwn(KINDS, entry.kind)
}

async function withdraw(ports: NoticePorts, entry: Withdrawal, at: string): Promise<void> {
  const { id, version, reason } = entry
  const kind = KINDS[entry.kind]
  // A deprecation without words is one that was taken back.
  if (kind === 'deprecated' && reason === '') {
    await ports.notices.clear(id, version, kind)
    return
  }
  const isNews = await ports.notices.put(id, version, { kind, reason, at })
  if (kind === 'revoked') await stopRevoked(ports, ofRelease(entry), { reason })
  if (isNews) await tell(ports, ofRelease(entry), `release.${kind}`, reason)
}

async function revokeSigner(
  ports: NoticePorts,
  { publisherId, keyId }: Extract<LogEntry, { kind: 'key.revoked' }>,
  at: string,
): Promise<void> {
  // Asked every time: a host that died in between finds what it did not stop then.
  await ports.trust.revokeSigner(publisherId, keyId, at)
  await stopRevoked(ports, ({ pluginId }) => pluginId.startsWith(`${publisherId}/`), { key: keyId })
}

const KINDS = {
  'release.revoked': 'revoked',
  'release.yanked': 'yanked',
  'release.deprecated': 'deprecated',
} as const

function ofRelease({ id, version }: { readonly id: string; readonly version: string }) {
  return (row: InstallationRow) => row.pluginId === id && row.version === version
}

async function stopRevoked(
  ports: NoticePorts,
  isMeant: (row: InstallationRow) => boolean,
  details: Readonly<Record<string, string>>,
): Promise<void> {
  for (const row of await recheckInstallations(ports, isMeant)) record(ports, row, 'plugin.revoked', 'denied', details)
}

async function tell(
  ports: NoticePorts,
  isMeant: (row: InstallationRow) => boolean,
  action: string,
  reason: string,
): Promise<void> {
  const rows = (await ports.store.installations.list()).filter(isMeant)
  for (const row of rows) record(ports, row, action, 'ok', { reason })
}

function record(
  { audit }: NoticePorts,
  { id, workspaceId, pluginId, version }: InstallationRow,
  action: string,
  outcome: 'ok' | 'denied',
  details: Readonly<Record<string, string>>,
): void {
  audit.record({
    workspaceId,
    actor: 'system',
    action,
    target: `${pluginId}@${version}`,
    outcome,
    requestId: id,
    details: { installation: id, ...details },
  })
}
