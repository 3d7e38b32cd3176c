import type { UpdateOfferView, UpdatePlan, UpdateSettingView, VersionChangeView } from '../contract/index.ts'
import { chainLines } from './chain-text.ts'
import { visible } from './console.ts'

const MARKS = { wider: '+', narrower: '-', same: ' ', added: '+', removed: '-', changed: '~' } as const

const NOTICES: Readonly<Record<UpdatePlan['notices'][number]['code'], string>> = {
  DOWNGRADE: 'It is older than what is installed.',
  DEPRECATED: 'Its publisher deprecated it',
  YANKED: 'It was withdrawn',
  REVOKED: 'It was REVOKED',
  ADVISORY: 'Advisory',
  AGE: 'It is younger than this host wants for updates by themselves',
  ROLLOUT: 'Its roll-out has not come to this host',
  PINNED: 'The installation is pinned: unpin it first.',
  FAILED_BEFORE: 'It was left before on this installation.',
}

/** Everything that an update would change, for people. */
export function updatePlanLines(plan: UpdatePlan): readonly string[] {
  const { sandboxChange: sandbox, signer, sizeBytes, scan } = plan
  return [
    `${plan.pluginId} ${plan.fromVersion} → ${plan.version}${ageText(plan)}`,
    ...plan.notices.map(({ code, text, until }) => `  ! ${noticeText(NOTICES[code], text, until)}`),
    'Chain:',
    ...chainLines(plan.chain),
    `Signer: ${signer.change === 'changed' ? `CHANGED from ${signer.before || 'nobody'} to ${signer.after || 'nobody'}` : signer.change}`,
    'May touch (+ more, - less):',
    ...listed(
      plan.permissionChanges.map(
        ({ change, family, name, verbs, coveredBy }) =>
          `  ${MARKS[change]} ${family.padEnd(9)} ${verbs.join(' ')} ${name}${coveredBy === undefined ? '' : ` (covered by ${coveredBy})`}`,
      ),
    ),
    ...(sandbox.wider || sandbox.before.name !== sandbox.after.name
      ? [`Sandbox: ${sandbox.before.name} (${sandbox.before.tier}) → ${sandbox.after.name} (${sandbox.after.tier})`]
      : []),
    ...section(
      'Limits:',
      sandbox.limits.map(({ change, name, before, after }) => `  ${MARKS[change]} ${name} ${before} → ${after}`),
    ),
    ...section('Definitions (+ new, - gone, ~ changed):', plan.definitionChanges.flatMap(definitionLines)),
    ...section(
      'Dependencies:',
      plan.dependencyChanges.map(
        ({ change, kind, name, before, after }) =>
          `  ${MARKS[change]} ${kind} ${name}${[before, after].some((version) => version !== undefined) ? ` ${[before, after].filter(Boolean).join(' → ')}` : ''}`,
      ),
    ),
    ...(sizeBytes.before !== undefined && sizeBytes.after !== undefined
      ? [`Size: ${sizeBytes.before} → ${sizeBytes.after} bytes`]
      : []),
    ...(scan === undefined ? [] : [`Scan: ${scan.verdict}`]),
    ...(scan?.findings ?? []).map(({ severity, code, file, message }) => `  ${severity} ${code} ${file} ${message}`),
    plan.consentRequired
      ? `Needs consent for ${plan.expanded.length} that it did not have before${plan.needsSecondApprover ? ', by two people' : ''}.`
      : 'Needs no new consent.',
  ].map(visible)
}

function definitionLines({
  change,
  kind,
  name,
  diff,
  flags,
}: UpdatePlan['definitionChanges'][number]): readonly string[] {
  const lines = diff
    .filter((line) => line.change !== 'same')
    .map((line) => `      ${line.change === 'added' ? '+' : '-'} ${line.text.trim()}`)
  return [
    `  ${MARKS[change]} ${kind} ${name}`,
    ...flags.map((flag) => `    ! ${flag.code} at ${flag.path}: ${flag.found}`),
    ...(change === 'changed' ? lines : []),
  ]
}

function ageText({ publishedAt }: UpdatePlan): string {
  return publishedAt === undefined ? '' : ` (published ${publishedAt.slice(0, 10)})`
}

function noticeText(words: string, text: string, until: string | undefined): string {
  return `${words}${text === '' ? '' : `: ${text}`}${until === undefined ? '' : ` until ${until}`}`
}

function section(heading: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [heading, ...lines]
}

function listed(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? ['  Nothing outside its sandbox.'] : lines
}

/** How an installation comes by updates, in a sentence. */
export function settingText({ mode, channel, pinned, window }: UpdateSettingView): string {
  if (pinned) return 'pinned; it does not move'
  const when =
    window === undefined ? '' : `, from ${window.cron} (${window.timeZone ?? 'UTC'}) on for ${window.minutes} minutes`
  if (mode === 'off') return `by hand, from the channel ${channel}${when}`
  return `${mode === 'channel' ? `whatever ${channel} is` : `${mode} releases up to ${channel}`}, by itself${when}`
}

/** What waits, and for what. */
export function offerText({ version, state, reasons, approvedBy, notBefore, problem }: UpdateOfferView): string {
  const who = approvedBy === undefined ? '' : `, approved by ${approvedBy}`
  const when = notBefore === undefined ? '' : `, not before ${notBefore}`
  const why = reasons.length === 0 ? '' : ` (${reasons.join(', ')})`
  return visible(`${version} is ${state}${why}${who}${when}${problem === undefined ? '' : `: ${problem}`}`)
}

/** One row of the history: when, what, who, and how it ended. */
export function changeCells({ at, version, fromVersion, origin, by, outcome, reason }: VersionChangeView) {
  const from = fromVersion === undefined ? '' : `${fromVersion} → `
  return [at.slice(0, 16).replace('T', ' '), `${from}${version}`, origin, by, outcome, reason?.code ?? '']
}
