import { EntitySchema } from 'typeorm'
import { belongsTo, text, time } from './columns.ts'

/** A host that may vouch for installations. */
export interface HostRow {
  /** Fingerprint of its key. */
  id: string
  publicKey: string
  registeredAt: string
  blockedAt: string | null
  blockReason: string | null
}

export interface ReviewRow {
  id: string
  pluginId: string
  /** Pseudonym of the person at this plugin. */
  person: string
  hostId: string
  version: string
  rating: number
  title: string | null
  text: string | null
  author: string | null
  createdAt: string
  updatedAt: string
  /** When the host signed the newest statement about it. An older one changes nothing. */
  signedAt: string
  /** Taken back by its author; kept so that an old statement cannot bring it back. */
  removedAt: string | null
  hiddenAt: string | null
  hiddenReason: string | null
  appealText: string | null
  appealedAt: string | null
  appealAnswer: string | null
  replyText: string | null
  repliedAt: string | null
  helpful: number
}

export interface ReviewVoteRow {
  reviewId: string
  person: string
  pluginId: string
  /** 1: helpful, 0: taken back. */
  helpful: number
  signedAt: string
}

export interface ReportRow {
  id: string
  pluginId: string
  reviewId: string | null
  person: string
  hostId: string
  reason: 'spam' | 'abuse' | 'off-topic' | 'privacy' | 'malware' | 'impersonation' | 'other'
  text: string | null
  createdAt: string
  /** What became of it; null while it waits. */
  outcome: 'upheld' | 'dismissed' | null
  decidedAt: string | null
}

export interface ModerationRow {
  id: string
  pluginId: string
  reviewId: string | null
  action: string
  reason: string
  actor: string
  at: string
}

const HOST = 'registry_host'
const REVIEW = 'registry_review'

export const hosts = new EntitySchema<HostRow>({
  name: HOST,
  columns: {
    id: { ...text(64), primary: true },
    publicKey: { type: 'text' },
    registeredAt: time,
    blockedAt: { ...time, nullable: true },
    blockReason: { ...text(500), nullable: true },
  },
})

export const reviews = new EntitySchema<ReviewRow>({
  name: REVIEW,
  columns: {
    id: { ...text(36), primary: true },
    pluginId: text(110),
    person: text(43),
    hostId: text(64),
    version: text(64),
    rating: { type: 'integer' },
    title: { ...text(100), nullable: true },
    text: { type: 'text', nullable: true },
    author: { ...text(60), nullable: true },
    createdAt: time,
    updatedAt: time,
    signedAt: time,
    removedAt: { ...time, nullable: true },
    hiddenAt: { ...time, nullable: true },
    hiddenReason: { ...text(500), nullable: true },
    appealText: { type: 'text', nullable: true },
    appealedAt: { ...time, nullable: true },
    appealAnswer: { ...text(500), nullable: true },
    replyText: { type: 'text', nullable: true },
    repliedAt: { ...time, nullable: true },
    helpful: { type: 'integer' },
  },
  foreignKeys: belongsTo(HOST, 'hostId'),
  indices: [
    { name: 'registry_review_person', columns: ['pluginId', 'person'], unique: true },
    { name: 'registry_review_appeal', columns: ['appealedAt'] },
  ],
})

export const reviewVotes = new EntitySchema<ReviewVoteRow>({
  name: 'registry_review_vote',
  columns: {
    reviewId: { ...text(36), primary: true },
    person: { ...text(43), primary: true },
    pluginId: text(110),
    helpful: { type: 'integer' },
    signedAt: time,
  },
  foreignKeys: belongsTo(REVIEW, 'reviewId'),
  indices: [{ name: 'registry_review_vote_person', columns: ['pluginId', 'person'] }],
})

export const reports = new EntitySchema<ReportRow>({
  name: 'registry_report',
  columns: {
    id: { ...text(36), primary: true },
    pluginId: text(110),
    reviewId: { ...text(36), nullable: true },
    person: text(43),
    hostId: text(64),
    reason: text(20),
    text: { type: 'text', nullable: true },
    createdAt: time,
    outcome: { ...text(10), nullable: true },
    decidedAt: { ...time, nullable: true },
  },
  foreignKeys: belongsTo(HOST, 'hostId'),
  indices: [
    { name: 'registry_report_plugin', columns: ['pluginId', 'person'] },
    { name: 'registry_report_waiting', columns: ['outcome', 'createdAt'] },
  ],
})

export const moderations = new EntitySchema<ModerationRow>({
  name: 'registry_moderation',
  columns: {
    id: { ...text(36), primary: true },
    pluginId: text(110),
    reviewId: { ...text(36), nullable: true },
    action: text(20),
    reason: text(500),
    actor: text(80),
    at: time,
  },
  indices: [{ name: 'registry_moderation_target', columns: ['pluginId', 'reviewId'] }],
})
