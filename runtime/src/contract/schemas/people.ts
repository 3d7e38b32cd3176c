import { z } from 'zod'
import { id, isoDate } from './common.ts'

// What people say about plugins, how much these are used, and what is known against them: the registry's words, passed on.

export const rating = z.object({
  average: z.number(),
  count: z.int(),
  /** How many people gave one, two, three, four and five stars. */
  histogram: z.array(z.int()).length(5),
})

export const reviewView = z.object({
  id,
  version: z.string(),
  rating: z.int(),
  title: z.string().optional(),
  text: z.string().optional(),
  author: z.string().optional(),
  createdAt: isoDate,
  editedAt: isoDate.optional(),
  helpful: z.int(),
  reply: z.object({ text: z.string(), at: isoDate }).optional(),
})

export const ownReviewView = reviewView.extend({
  hidden: z.object({ reason: z.string(), at: isoDate }).optional(),
  appeal: z.object({ text: z.string(), at: isoDate, answer: z.string().optional() }).optional(),
})

export const reviewQuery = z.object({
  sort: z.enum(['helpful', 'newest', 'highest', 'lowest']).optional(),
  cursor: z.string().max(20).optional(),
})

export const reviewPage = z.object({
  items: z.array(reviewView),
  rating,
  nextCursor: z.string().optional(),
})

/** What the caller said of the plugin, and whether they may rate it: their workspace has it installed. */
export const myReview = z.object({
  review: ownReviewView.optional(),
  /** Reviews that the caller found helpful. */
  votes: z.array(z.string()),
  mayRate: z.boolean(),
})

export const reviewRequest = z.strictObject({
  rating: z.int().min(1).max(5),
  title: z.string().trim().min(1).max(100).optional(),
  text: z.string().trim().min(1).max(4000).optional(),
  /** Name to show; absent: no name. */
  author: z.string().trim().min(1).max(60).optional(),
})

export const voteRequest = z.strictObject({ helpful: z.boolean() })

export const reportRequest = z.strictObject({
  /** The review; absent: the plugin itself. */
  reviewId: z.string().max(40).optional(),
  reason: z.enum(['spam', 'abuse', 'off-topic', 'privacy', 'malware', 'impersonation', 'other']),
  text: z.string().trim().min(1).max(1000).optional(),
})

export const appealRequest = z.strictObject({ text: z.string().trim().min(1).max(1000) })
/** `null` takes the answer back. */
export const replyRequest = z.strictObject({ text: z.string().trim().min(1).max(4000).nullable() })

export const moderationCase = z.object({
  target: z.enum(['review', 'plugin']),
  plugin: z.string(),
  review: ownReviewView.optional(),
  reports: z.array(z.object({ id, reason: z.string(), text: z.string().optional(), createdAt: isoDate })),
  history: z.array(z.object({ action: z.string(), reason: z.string(), by: z.string(), at: isoDate })),
})

/** `settle` is for reports about a plugin; the others are about a review. */
export const moderationRequest = z.strictObject({
  plugin: z.string().max(110),
  reviewId: z.string().max(40).optional(),
  action: z.enum(['hide', 'keep', 'restore', 'refuse', 'settle']),
  reason: z.string().trim().min(1).max(500),
})

const dayCount = z.object({ day: z.string(), count: z.int() })

export const pluginStatistics = z.object({
  plugin: z.string(),
  downloads: z.object({ total: z.int(), days: z.array(dayCount) }),
  installations: z.object({ latest: z.int(), days: z.array(dayCount) }),
  versions: z.array(z.object({ version: z.string(), installations: z.int(), share: z.number() })),
})

export const trendingItem = z.object({ plugin: z.string(), downloads: z.int(), before: z.number(), score: z.number() })

export const advisoryView = z.object({
  id: z.string(),
  plugin: z.string().optional(),
  range: z.string(),
  severity: z.enum(['low', 'moderate', 'high', 'critical']),
  title: z.string(),
  text: z.string(),
  fixedVersion: z.string().optional(),
  aliases: z.array(z.string()),
  references: z.array(z.string()),
  publishedAt: isoDate,
  updatedAt: isoDate,
})

/** An installation of the workspace that an advisory is about. */
export const affectedInstallation = z.object({
  installationId: id,
  pluginId: z.string(),
  label: z.string(),
  version: z.string(),
  advisories: z.array(advisoryView),
})

/** CycloneDX, as the signed bundle carries it. */
export const sbom = z.looseObject({
  bomFormat: z.string(),
  specVersion: z.string(),
  components: z
    .array(z.looseObject({ name: z.string(), version: z.string().optional(), type: z.string().optional() }))
    .optional(),
})

/** What this host tells the registry of itself. */
export const marketplaceSettings = z.object({
  /** Whether installations are counted: numbers by day, added up over all workspaces. */
  statistics: z.boolean(),
  /** Day of the last report. */
  lastReport: z.string().optional(),
})

export const marketplaceSettingsChange = z.strictObject({ statistics: z.boolean() })
