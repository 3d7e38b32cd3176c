import { z } from 'zod'
import { isoDate } from './common.ts'
import { installPlan, job } from './install.ts'
import { definitionFlag } from './definitions.ts'
import { permissionView } from './plugin.ts'

const wider = z.enum(['wider', 'narrower', 'same'])

/** What became of one thing that is granted. */
export const permissionChange = z.object({
  family: permissionView.shape.family,
  /** For example `https://api.example.com:443`. */
  name: z.string(),
  verbs: z.array(z.string()),
  change: wider,
  /** Another grant that covers it already, for example a wildcard. */
  coveredBy: z.string().optional(),
})

export const definitionChange = z.object({
  kind: z.enum(['tool', 'prompt', 'resource']),
  name: z.string(),
  change: z.enum(['added', 'removed', 'changed']),
  /** Lines of the indented definition, hidden characters written out. */
  diff: z.array(z.object({ change: z.enum(['same', 'removed', 'added']), text: z.string() })),
  flags: z.array(definitionFlag),
})

export const dependencyChange = z.object({
  kind: z.enum(['package', 'plugin', 'command', 'host']),
  name: z.string(),
  before: z.string().optional(),
  after: z.string().optional(),
  change: z.enum(['added', 'removed', 'changed']),
})

export const limitChange = z.object({
  name: z.string(),
  before: z.number(),
  after: z.number(),
  change: wider,
})

const sandboxName = z.object({ name: z.string(), tier: z.string() })

/** Something that is more than before and needs a person's consent. */
export const expansion = z.object({
  kind: z.enum(['permission', 'limit', 'sandbox', 'dependency', 'signer', 'definition']),
  text: z.string(),
})

export const updateNotice = z.object({
  code: z.enum([
    'DOWNGRADE',
    'DEPRECATED',
    'YANKED',
    'REVOKED',
    'ADVISORY',
    'AGE',
    'ROLLOUT',
    'PINNED',
    'FAILED_BEFORE',
  ]),
  text: z.string(),
  until: isoDate.optional(),
})

/**
 * Everything that going to another release would change: the release itself as an install would show it, and what
 * differs. `consentDigest` names exactly this.
 */
export const updatePlan = installPlan.extend({
  fromVersion: z.string(),
  permissionChanges: z.array(permissionChange),
  sandboxChange: z.object({
    before: sandboxName,
    after: sandboxName,
    /** The code leaves its isolate for a worker thread. */
    wider: z.boolean(),
    limits: z.array(limitChange),
  }),
  definitionChanges: z.array(definitionChange),
  dependencyChanges: z.array(dependencyChange),
  signer: z.object({ change: z.enum(['same', 'changed', 'unknown']), before: z.string(), after: z.string() }),
  sizeBytes: z.object({ before: z.int().optional(), after: z.int().optional() }),
  publishedAt: isoDate.optional(),
  /** Rendered and sanitised; only of the versions between. */
  changelogHtml: z.string(),
  /** What the registry's scan found; absent when it does not say. */
  scan: z
    .object({
      verdict: z.string(),
      findings: z.array(z.object({ code: z.string(), severity: z.string(), file: z.string(), message: z.string() })),
    })
    .optional(),
  notices: z.array(updateNotice),
  /** Empty when the consent that was given covers it: then it may be taken without asking. */
  expanded: z.array(expansion),
  consentRequired: z.boolean(),
  /** The workspace wants two people to agree to what widens. */
  needsSecondApprover: z.boolean(),
  /** Who has agreed to exactly this, when a second person is waited for. */
  approvedBy: z.string().optional(),
})

export const updateWindow = z.strictObject({
  cron: z.string().max(100).describe('When it opens: five fields, as in crontab(5).'),
  minutes: z.int().min(5).max(10_080),
  timeZone: z.string().max(60).optional().describe('IANA time zone; default UTC.'),
})

export const updateMode = z.enum(['off', 'patch', 'minor', 'channel'])
const channel = z.string().regex(/^[a-z][a-z0-9._-]{0,63}$/i)
const version = z.string().min(1).max(100)

/** How an installation comes by new releases. */
export const updateSetting = z.object({
  mode: updateMode,
  /** The channel that is followed; `latest` unless another was chosen. */
  channel: z.string(),
  pinned: z.boolean(),
  window: updateWindow.optional(),
  checkedAt: isoDate.optional(),
})

export const updateSettingChange = z.strictObject({
  mode: updateMode.optional(),
  channel: channel.nullable().optional(),
  pinned: z.boolean().optional(),
  window: updateWindow.nullable().optional(),
})

/** A release that waits. */
export const updateOffer = z.object({
  version: z.string(),
  state: z.enum(['waiting', 'approved', 'applying', 'declined']),
  /** What it waits for: `CONSENT`, `SECOND_APPROVER`, `AGE`, `ROLLOUT`, `WINDOW`, `SCHEDULED`, `FAILED_BEFORE`, … */
  reasons: z.array(z.string()),
  approvedBy: z.string().optional(),
  notBefore: isoDate.optional(),
  problem: z.string().optional(),
  foundAt: isoDate,
})

/** One change of the version. */
export const versionChange = z.object({
  id: z.string(),
  version: z.string(),
  /** Absent for the install. */
  fromVersion: z.string().optional(),
  origin: z.enum(['install', 'manual', 'automatic', 'rollback']),
  by: z.string(),
  at: isoDate,
  outcome: z.enum(['probation', 'kept', 'rolled-back', 'failed']),
  endedAt: isoDate.optional(),
  /** Why it did not stay. */
  reason: z.object({ code: z.string(), message: z.string() }).optional(),
})

/** Everything about the versions of an installation. */
export const updatesView = z.object({
  version: z.string(),
  setting: updateSetting,
  offer: updateOffer.optional(),
  /** Version by channel, as the registry tells it; empty while it does not answer. */
  channels: z.record(z.string(), z.string()),
  /** Versions that it can go back to at once, latest first. */
  kept: z.array(z.string()),
  history: z.array(versionChange),
})

export const updateApproval = z.strictObject({
  version,
  consentDigest: z.string(),
  config: z.record(z.string(), z.unknown()).default({}),
  /** Now, when the installation's time window opens, or at an instant. */
  when: z.union([z.enum(['now', 'window']), z.strictObject({ at: z.iso.datetime({ offset: true }) })]).default('now'),
})

export const updateApproved = z.object({
  outcome: z.enum(['applying', 'waits-for-second', 'scheduled']),
  job: job.optional(),
  offer: updateOffer.optional(),
})

export const updateRefusal = z.strictObject({ version })

export const rollbackRequest = z.strictObject({
  version: version.optional().describe('A version that ran before; the last one when absent.'),
  consentDigest: z.string().optional().describe('Needed only where it may more than the present version.'),
})

/** What a workspace demands of updates. */
export const updatePolicy = z.strictObject({ secondApprover: z.boolean() })

export const waitingUpdates = z.object({
  items: z.array(updateOffer.extend({ installationId: z.string(), label: z.string(), displayName: z.string() })),
})
