import { randomUUID } from 'node:crypto'
import { systemPrincipal } from '../../identity/principal.ts'
import { isWithin, nextOpening } from '../../schedule/index.ts'
import type { InstallationRow } from '../../store/store.ts'
import type { UpdateOfferRow, UpdateSettingRow } from '../../store/update.ts'
import type { InstallerPorts } from '../ports.ts'
import { updateInstallation } from '../update-installation.ts'
import { type Hindrance, chooseRelease, isInCohort } from './choose-release.ts'
import { failedVersions } from './failed-before.ts'
import { oldEnoughAt } from './notices.ts'
import { planUpdate } from './plan-update.ts'
import type { ListedRelease, PluginFacts } from './registry-facts.ts'
import type { UpdatePlanFacts } from './update-plan.ts'

/** What a look for newer releases led to. */
export type CheckOutcome = 'none' | 'applied' | 'waits'

/**
 * Looks for a newer release and takes it, if nothing about it needs a person. Otherwise it waits where people see it.
 * Rejects when the registry does not answer, or when the release does not come up.
 */
export async function checkInstallation(
  ports: InstallerPorts,
  setting: UpdateSettingRow,
  signal: AbortSignal,
): Promise<CheckOutcome> {
  const row = await ports.store.installations.get(setting.installationId)
  // One that is off or in quarantine has no health by which a release could be judged.
  if (row === undefined || !row.enabled || row.quarantine !== undefined) return 'none'
  const offer = await ports.store.updates.offer(row.id)
  if (offer?.state === 'approved' || offer?.state === 'applying') return 'waits'
  const facts = await ports.registry.plugin(row.pluginId)
  const candidate = facts === undefined ? undefined : await choose(ports, row, setting, facts, offer)
  if (candidate === undefined) {
    if (offer?.state === 'waiting') await ports.store.updates.removeOffer(row.id)
    return 'none'
  }
  const { release, hindrance } = candidate
  if (hindrance?.code === 'DECLINED') return 'none'
  // A second person's turn is not taken from them by a look.
  if (offer?.version === release.version && offer.approvedBy !== undefined) return 'waits'
  if (hindrance !== undefined) {
    const until = hindrance.code === 'AGE' ? hindrance.until : undefined
    await wait(ports, row, { version: release.version, reasons: [hindrance.code], until }, offer)
    return 'waits'
  }
  const plan = await planUpdate(ports, row.workspaceId, row.id, { to: release.version, config: {} })
  const reasons = reasonsOf(plan, setting, ports.now())
  if (reasons.length === 0) return await apply(ports, row, plan, signal)
  const { window } = setting
  const until = window !== undefined && reasons.includes('WINDOW') ? nextOpening(window, ports.now()) : undefined
  await wait(ports, row, { version: release.version, reasons, until, plan }, offer)
  return 'waits'
}

async function choose(
  ports: InstallerPorts,
  row: InstallationRow,
  setting: UpdateSettingRow,
  facts: PluginFacts,
  offer: UpdateOfferRow | undefined,
) {
  const hasFailed = await failedVersions(ports, row)
  const hindranceOf = ({ version, publishedAt, rolloutPercent }: ListedRelease): Hindrance | undefined => {
    if (offer?.state === 'declined' && offer.version === version) return { code: 'DECLINED' }
    if (hasFailed(version)) return { code: 'FAILED_BEFORE' }
    const until = oldEnoughAt(ports, row.pluginId, publishedAt)
    if (until > ports.now()) return { code: 'AGE', until }
    return isInCohort(ports.hostId, row.id, version, rolloutPercent) ? undefined : { code: 'ROLLOUT' }
  }
  return chooseRelease({ current: row.version, setting, facts, hindranceOf })
}

/** Why it is not taken now; empty when it is. */
function reasonsOf(
  { plan, expanded, sandbox }: UpdatePlanFacts,
  { window }: UpdateSettingRow,
  now: Date,
): readonly string[] {
  return [
    ...(plan.chain.every(({ state }) => state !== 'failed') ? [] : ['UNVERIFIED']),
    ...(plan.policy.length > 0 ? ['POLICY'] : []),
    ...(plan.configErrors.length > 0 ? ['CONFIG'] : []),
    ...(plan.profileAllowed || sandbox.after.name === sandbox.before.name ? [] : ['SANDBOX_TRUST']),
    ...(expanded.length > 0 ? ['CONSENT'] : []),
    ...(window === undefined || isWithin(window, now) ? [] : ['WINDOW']),
  ]
}

async function apply(
  ports: InstallerPorts,
  row: InstallationRow,
  { plan }: UpdatePlanFacts,
  signal: AbortSignal,
): Promise<CheckOutcome> {
  const { version } = plan.manifest
  const request = { version, consentDigest: plan.consentDigest, config: {} }
  const run = { onStep: () => undefined, signal, requestId: randomUUID() }
  await updateInstallation(ports, systemPrincipal(row.workspaceId), row.id, request, run, { origin: 'automatic' })
  ports.log.write(row.id, 'info', `${version} was taken by itself (from ${row.version}).`)
  return 'applied'
}

/** What waits, and for what. */
interface Waiting {
  readonly version: string
  readonly reasons: readonly string[]
  readonly until: Date | undefined
  readonly plan?: UpdatePlanFacts
}

async function wait(
  ports: InstallerPorts,
  row: InstallationRow,
  { version, reasons, until, plan }: Waiting,
  before: UpdateOfferRow | undefined,
): Promise<void> {
  const isNews = before?.version !== version || before.reasons.join() !== reasons.join()
  const now = ports.now()
  await ports.store.updates.putOffer({
    installationId: row.id,
    workspaceId: row.workspaceId,
    version,
    bundleDigest: plan?.plan.bundleDigest ?? '',
    state: 'waiting',
    reasons,
    consentDigest: undefined,
    config: {},
    approvedBy: undefined,
    approvedByName: undefined,
    notBefore: until,
    problem: undefined,
    foundAt: before?.version === version ? before.foundAt : now,
    updatedAt: isNews ? now : before.updatedAt,
  })
  if (!isNews) return
  ports.log.write(row.id, 'info', `${version} waits: ${reasons.join(', ')}.`)
  const expanded = (plan?.expanded ?? []).map(({ kind, text }) => `${kind} ${text}`).join('; ')
  ports.audit.record({
    workspaceId: row.workspaceId,
    actor: 'system',
    action: 'plugin.update-waits',
    target: `${row.pluginId}@${version}`,
    outcome: 'ok',
    requestId: randomUUID(),
    details: { installation: row.id, from: row.version, reasons: reasons.join(', '), expanded: expanded.slice(0, 500) },
  })
}
