import { PLUGIN_ID } from '@nexus/plugin-api'
import { z } from 'zod'
import { reportReason } from './host-statements.ts'
import { isoDate, pluginVersion } from './identifiers.ts'
import { plainLine, plainText } from './texts.ts'

/** A review as everybody reads it. Neither host nor person is in it. */
export const review = z
  .object({
    id: z.uuid(),
    plugin: z.string().regex(PLUGIN_ID),
    /** Release that was installed when it was written. */
    version: pluginVersion,
    rating: z.int().min(1).max(5),
    title: z.string().optional(),
    text: z.string().optional(),
    author: z.string().optional(),
    createdAt: isoDate,
    editedAt: isoDate.optional(),
    /** How many people found it helpful. */
    helpful: z.int(),
    reply: z.object({ text: z.string(), at: isoDate }).optional(),
  })
  .meta({ id: 'Review' })

/** A person's own review, with what moderation did to it. */
export const ownReview = review
  .extend({
    hidden: z.object({ reason: z.string(), at: isoDate }).optional(),
    appeal: z.object({ text: z.string(), at: isoDate, answer: z.string().optional() }).optional(),
  })
  .meta({ id: 'OwnReview' })

/** How many people gave one, two, three, four and five stars. */
const histogram = z.tuple([z.int(), z.int(), z.int(), z.int(), z.int()])

export const rating = z.object({ average: z.number(), count: z.int(), histogram }).meta({ id: 'Rating' })

export const reviewQuery = z.strictObject({
  sort: z.enum(['helpful', 'newest', 'highest', 'lowest']).default('helpful'),
  cursor: z
    .string()
    .regex(/^[0-9]{1,6}$/)
    .optional(),
  limit: z.coerce.number().int().min(1).max(50).default(20),
})

export const reviewList = z.object({ items: z.array(review), rating, nextCursor: z.string().optional() })

/** What a person said and voted. */
export const mine = z.object({ review: ownReview.optional(), votes: z.array(z.uuid()) })

export const replyRequest = z.strictObject({ text: plainText(4_000) })

/** One thing that waits for a moderator. */
export const moderationCase = z
  .object({
    /** `review`: reported or appealed; `plugin`: the plugin itself was reported. */
    target: z.enum(['review', 'plugin']),
    plugin: z.string(),
    review: ownReview.optional(),
    reports: z.array(z.object({ id: z.uuid(), reason: reportReason, text: z.string().optional(), createdAt: isoDate })),
    /** What moderators did before, oldest first. */
    history: z.array(z.object({ action: z.string(), reason: z.string(), by: z.string(), at: isoDate })),
  })
  .meta({ id: 'ModerationCase' })

export const moderationList = z.object({ items: z.array(moderationCase) })

/**
 * `hide`: not shown any more, its author may appeal. `keep`: the reports were wrong. `restore`: an appeal was right.
 * `refuse`: an appeal was not.
 */
export const moderationDecision = z.strictObject({
  action: z.enum(['hide', 'keep', 'restore', 'refuse']),
  reason: plainLine(500),
})

export const pluginDecision = z.strictObject({ reason: plainLine(500) })

export type Review = z.infer<typeof review>
export type OwnReview = z.infer<typeof ownReview>
export type Rating = z.infer<typeof rating>
export type ReviewList = z.infer<typeof reviewList>
export type MyReview = z.infer<typeof mine>
export type ModerationCase = z.infer<typeof moderationCase>
export type ModerationDecision = z.infer<typeof moderationDecision>
