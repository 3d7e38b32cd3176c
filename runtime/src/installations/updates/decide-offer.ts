import type { JsonObject } from '@nexus/plugin-api'
import { type Principal, personOf } from '../../identity/principal.ts'
import type { InstallationRow } from '../../store/store.ts'
import type { UpdateOfferRow } from '../../store/update.ts'
import { installationError } from '../errors.ts'
import { nameOf } from '../name-of.ts'
import { ownRow } from '../own-row.ts'
import type { InstallerPorts } from '../ports.ts'
import { requireUnpinned } from '../update-installation.ts'
import { planUpdate } from './plan-update.ts'
import { isSecond } from './second-approver.ts'
import type { UpdatePlanFacts } from './update-plan.ts'
import { type UpdateTime, instantOf, settingOf } from './update-setting.ts'

/** A person's yes to a plan. */
export interface ApprovalRequest {
  readonly version: string
  readonly consentDigest: string
  readonly config: JsonObject
  readonly when: UpdateTime
}

/** What became of a yes. */
export type ApprovalOutcome =
  /** Everybody who has to agreed: it may be carried out at once. */
  'apply' | 'waits-for-second' | 'scheduled'

/** Writes down that a person agrees to an update, and says what follows from it. */
export async function approveUpdate(
  ports: InstallerPorts,
  principal: Principal,
  installationId: string,
  request: ApprovalRequest,
  requestId: string,
): Promise<ApprovalOutcome> {
  const row = await ownRow(ports, principal.workspaceId, installationId)
  await requireUnpinned(ports, row)
  const facts = await planUpdate(ports, row.workspaceId, row.id, { to: request.version, config: request.config })
  requireSamePlan(facts, request)
  const notBefore = instantOf(request.when, await settingOf(ports, row), ports.now())
  const audit = (action: string, details: Readonly<Record<string, string>> = {}): void =>
    record(ports, principal, row, request.version, action, requestId, details)
  const isAgreed = !facts.needsSecondApprover || (await isSecond(ports, principal, row, request.consentDigest))
  if (!isAgreed) {
    await ports.store.updates.putOffer(
      await offerOf(ports, principal, row, facts, request, ['SECOND_APPROVER'], notBefore),
    )
    audit('plugin.update-approved', { waits: 'second approver' })
    return 'waits-for-second'
  }
  audit('plugin.update-approved')
  if (notBefore === undefined || notBefore <= ports.now()) return 'apply'
  const approved = await offerOf(ports, principal, row, facts, request, ['SCHEDULED'], notBefore)
  await ports.store.updates.putOffer({ ...approved, state: 'approved' })
  audit('plugin.update-scheduled', { at: notBefore.toISOString() })
  return 'scheduled'
}

/** A person says no to a version: it is not offered again; the next one is. */
export async function declineUpdate(
  ports: InstallerPorts,
  principal: Principal,
  installationId: string,
  version: string,
  requestId: string,
): Promise<void> {
  const row = await ownRow(ports, principal.workspaceId, installationId)
  const before = await ports.store.updates.offer(row.id)
  const now = ports.now()
  await ports.store.updates.putOffer({
    installationId: row.id,
    workspaceId: row.workspaceId,
    version,
    bundleDigest: before?.version === version ? before.bundleDigest : '',
    state: 'declined',
    reasons: [],
    consentDigest: undefined,
    config: {},
    approvedBy: undefined,
    approvedByName: undefined,
    notBefore: undefined,
    problem: undefined,
    foundAt: before?.version === version ? before.foundAt : now,
    updatedAt: now,
  })
  record(ports, principal, row, version, 'plugin.update-declined', requestId, {})
}

function requireSamePlan({ plan }: UpdatePlanFacts, { consentDigest }: ApprovalRequest): void {
  if (plan.configErrors.length > 0) {
    const found = plan.configErrors.map(({ path, message }) => `${path}: ${message}`).join('; ')
    throw installationError('INSTALLATION_CONFIG', `Expected a complete configuration, found ${found}`, {
      details: { errors: plan.configErrors },
    })
  }
  if (plan.consentDigest === consentDigest) return
  throw installationError(
    'INSTALLATION_CONSENT',
    'Expected consent to what would be granted now, found consent to something else. Look at the plan again.',
  )
}

async function offerOf(
  ports: InstallerPorts,
  principal: Principal,
  row: InstallationRow,
  { plan }: UpdatePlanFacts,
  { consentDigest, config }: ApprovalRequest,
  reasons: readonly string[],
  notBefore: Date | undefined,
): Promise<UpdateOfferRow> {
  const before = await ports.store.updates.offer(row.id)
  const now = ports.now()
  return {
    installationId: row.id,
    workspaceId: row.workspaceId,
    version: plan.manifest.version,
    bundleDigest: plan.bundleDigest,
    state: 'waiting',
    reasons,
    consentDigest,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the plan found these to be settings of the release
    config: config as UpdateOfferRow['config'],
    approvedBy: personOf(principal),
    approvedByName: await nameOf(ports, principal.id),
    notBefore,
    problem: undefined,
    foundAt: before?.version === plan.manifest.version ? before.foundAt : now,
    updatedAt: now,
  }
}

function record(
  { audit }: Pick<InstallerPorts, 'audit'>,
  principal: Principal,
  row: InstallationRow,
  version: string,
  action: string,
  requestId: string,
  details: Readonly<Record<string, string>>,
): void {
  audit.record({
    workspaceId: row.workspaceId,
    actor: principal.id,
    action,
    target: `${row.pluginId}@${version}`,
    outcome: 'ok',
    requestId,
    details: { installation: row.id, from: row.version, ...details },
  })
}
