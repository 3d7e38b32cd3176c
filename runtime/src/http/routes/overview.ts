import type { Overview } from '../../contract/index.ts'
import type { Principal } from '../../identity/principal.ts'
import type { ServedRoute } from '../exchange.ts'
import type { Translate } from '../language.ts'
import { RECENT_RECORDS } from '../limits.ts'
import type { HttpPorts, InstallationFacts } from '../ports.ts'
import { serveRoute } from '../serve-route.ts'
import { auditRecordView } from '../views/rows.ts'

type Ports = Pick<HttpPorts, 'installer' | 'identity' | 'audit' | 'calls' | 'clients' | 'definitions' | 'advisories'>

/** States in which a plugin waits for a person. */
const WAITING = new Set<InstallationFacts['state']>(['failed', 'held', 'quarantined'])

export function overviewRoutes(ports: Ports): readonly ServedRoute[] {
  return [
    serveRoute('overview', async ({ principal, translate }) => {
      const { workspaceId } = principal
      const summary = ports.calls.lastHour(workspaceId)
      const installations = await ports.installer.list(workspaceId)
      return {
        calls: { lastHour: summary.calls, failedLastHour: summary.failed, p95Ms: summary.p95Ms },
        perMinute: summary.perMinute.map(({ at, calls, failed }) => ({ at: at.toISOString(), calls, failed })),
        clients: ports.clients(workspaceId),
        installations: {
          active: installations.filter(({ state }) => state === 'active').length,
          failed: installations.filter(({ state }) => WAITING.has(state)).length,
          total: installations.length,
        },
        attention: [
          ...attention(installations, translate),
          ...(await held(ports, workspaceId, installations, translate)),
          ...vulnerable(ports, installations, translate),
          ...(await waitingUpdates(ports, workspaceId, installations, translate)),
        ],
        recent: await recent(ports, principal),
        checklist: await checklist(ports, principal, installations),
      }
    }),
  ]
}

function attention(installations: readonly InstallationFacts[], translate: Translate): Overview['attention'] {
  return installations
    .filter(({ state }) => WAITING.has(state))
    .map(({ row, state, reason }) => ({
      installationId: row.id,
      displayName: translate(row.manifest.displayName),
      label: row.label,
      code: reason?.code ?? `PLUGIN_${state.toUpperCase()}`,
      message: reason?.message ?? `The plugin is ${state}.`,
    }))
}

/** Installations whose servers say something that nobody has agreed to. */
async function held(
  { definitions }: Ports,
  workspaceId: string,
  installations: readonly InstallationFacts[],
  translate: Translate,
): Promise<Overview['attention']> {
  if ((await definitions.waiting(workspaceId)) === 0) return []
  const waiting = (await definitions.held(workspaceId)).filter(({ rejectedAt }) => rejectedAt === undefined)
  return installations.flatMap(({ row }) => {
    const count = waiting.filter(({ installationId }) => installationId === row.id).length
    if (count === 0) return []
    const message = `Its servers changed or added ${count} definition(s); clients do not get them until somebody agrees.`
    const displayName = translate(row.manifest.displayName)
    return [{ installationId: row.id, displayName, label: row.label, code: 'DEFINITIONS_HELD', message }]
  })
}

/** Offers of which no person can do anything but wait: for an age, a turn, a time. */
const PATIENT = new Set(['AGE', 'ROLLOUT', 'WINDOW', 'SCHEDULED', 'FAILED_BEFORE'])

/** Installations for which a release waits that a person has to decide about. */
async function waitingUpdates(
  { installer }: Ports,
  workspaceId: string,
  installations: readonly InstallationFacts[],
  translate: Translate,
): Promise<Overview['attention']> {
  const offers = await installer.offers(workspaceId)
  return installations.flatMap(({ row }) => {
    const offer = offers.find(({ installationId }) => installationId === row.id)
    if (offer?.state !== 'waiting' || offer.reasons.every((reason) => PATIENT.has(reason))) return []
    const message = `${offer.version} waits for somebody to look at what it changes (${offer.reasons.join(', ')}).`
    const displayName = translate(row.manifest.displayName)
    return [{ installationId: row.id, displayName, label: row.label, code: 'UPDATE_WAITS', message }]
  })
}

/** Installations of releases that something is known against. */
function vulnerable(
  { advisories }: Ports,
  installations: readonly InstallationFacts[],
  translate: Translate,
): Overview['attention'] {
  return installations.flatMap(({ row }) => {
    const [first, ...more] = advisories.affecting(row.pluginId, row.version)
    if (first === undefined) return []
    const fix = first.fixedVersion === undefined ? 'There is no fixed version yet.' : `Update to ${first.fixedVersion}.`
    const others = more.length === 0 ? '' : ` and ${more.length} more`
    const message = `${first.id}${others} is about version ${row.version}: ${first.title}. ${fix}`
    const displayName = translate(row.manifest.displayName)
    return [{ installationId: row.id, displayName, label: row.label, code: 'ADVISORY_AFFECTS', message }]
  })
}

/** What others did is for those who may read the audit trail. */
async function recent({ audit, identity }: Ports, principal: Principal): Promise<Overview['recent']> {
  if (!principal.permissions.has('audit:read')) return []
  const records = await audit.find({ workspaceId: principal.workspaceId, limit: RECENT_RECORDS })
  const names = await identity.nameActors(
    principal,
    records.map(({ actor }) => actor),
  )
  return records.map((record) => auditRecordView(record, names.get(record.actor)))
}

async function checklist(
  { identity, audit }: Ports,
  principal: Principal,
  installations: readonly InstallationFacts[],
): Promise<Overview['checklist']> {
  const [tokens, calls] = await Promise.all([
    principal.permissions.has('tokens:own') ? identity.tokens(principal) : [],
    audit.find({ workspaceId: principal.workspaceId, action: 'tool.called', limit: 1 }),
  ])
  return { pluginInstalled: installations.length > 0, tokenCreated: tokens.length > 0, firstCall: calls.length > 0 }
}
