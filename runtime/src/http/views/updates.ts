import type { UpdateOfferView, UpdatePlan, UpdatesView, VersionChangeView } from '../../contract/index.ts'
import { DEFAULT_CHANNEL } from '../../installations/updates/choose-release.ts'
import type { UpdatesFacts } from '../../installations/updates/describe-updates.ts'
import type { UpdatePlanFacts } from '../../installations/updates/update-plan.ts'
import type { UpdateOfferRow, UpdateSettingRow, VersionChangeRow } from '../../store/update.ts'
import type { Translate } from '../language.ts'
import { installPlan } from './install-plan.ts'

export function updatePlan(facts: UpdatePlanFacts, translate: Translate): UpdatePlan {
  const { sandbox, size, publishedAt, scan, approvedBy } = facts
  return {
    ...installPlan(facts.plan, translate),
    fromVersion: facts.fromVersion,
    permissionChanges: facts.permissions.map((change) => ({ ...change, verbs: [...change.verbs] })),
    sandboxChange: {
      before: { name: sandbox.before.name, tier: sandbox.before.tier },
      after: { name: sandbox.after.name, tier: sandbox.after.tier },
      wider: sandbox.isWider,
      limits: sandbox.limits.map((limit) => ({ ...limit })),
    },
    definitionChanges: facts.definitions.map(({ diff, flags, ...change }) => ({
      ...change,
      diff: diff.map((line) => ({ ...line })),
      flags: flags.map((flag) => ({ ...flag })),
    })),
    dependencyChanges: facts.dependencies.map((change) => ({ ...change })),
    signer: { ...facts.signer },
    sizeBytes: {
      ...(size.before !== undefined && { before: size.before }),
      ...(size.after !== undefined && { after: size.after }),
    },
    ...(publishedAt !== undefined && { publishedAt: publishedAt.toISOString() }),
    changelogHtml: facts.changelogHtml,
    ...(scan !== undefined && {
      scan: {
        verdict: scan.verdict,
        findings: scan.findings.map(({ code, severity, file, message }) => ({ code, severity, file, message })),
      },
    }),
    notices: facts.notices.map(({ code, text, until }) => ({
      code,
      text,
      ...(until !== undefined && { until: until.toISOString() }),
    })),
    expanded: facts.expanded.map((expansion) => ({ ...expansion })),
    consentRequired: facts.expanded.length > 0,
    needsSecondApprover: facts.needsSecondApprover,
    ...(approvedBy !== undefined && { approvedBy }),
  }
}

export function updatesView({ row, setting, offer, history, kept, channels }: UpdatesFacts): UpdatesView {
  return {
    version: row.version,
    setting: settingView(setting),
    ...(offer !== undefined && { offer: updateOfferView(offer) }),
    channels: { ...channels },
    kept: [...kept],
    history: history.map(versionChangeView),
  }
}

export function updateOfferView(offer: UpdateOfferRow): UpdateOfferView {
  const { version, state, reasons, approvedByName, notBefore, problem, foundAt } = offer
  return {
    version,
    state,
    reasons: [...reasons],
    ...(approvedByName !== undefined && { approvedBy: approvedByName }),
    ...(notBefore !== undefined && { notBefore: notBefore.toISOString() }),
    ...(problem !== undefined && { problem }),
    foundAt: foundAt.toISOString(),
  }
}

function settingView({ mode, channel, pinned, window, checkedAt }: UpdateSettingRow): UpdatesView['setting'] {
  return {
    mode,
    channel: channel ?? DEFAULT_CHANNEL,
    pinned,
    ...(window !== undefined && { window: { ...window } }),
    ...(checkedAt !== undefined && { checkedAt: checkedAt.toISOString() }),
  }
}

function versionChangeView(change: VersionChangeRow): VersionChangeView {
  const { id, version, before, origin, byName, at, outcome, endedAt, code, message } = change
  return {
    id,
    version,
    ...(before !== undefined && { fromVersion: before.version }),
    origin,
    by: byName,
    at: at.toISOString(),
    outcome,
    ...(endedAt !== undefined && { endedAt: endedAt.toISOString() }),
    ...(code !== undefined && { reason: { code, message: message ?? '' } }),
  }
}
