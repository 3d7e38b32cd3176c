import { randomUUID } from 'node:crypto'
import type { HostStatement } from '../contract/host-statements.ts'
import { isUniqueViolation } from '../database/index.ts'
import type { RegistryStore } from '../store/open-store.ts'
import type { Transaction } from '../store/query.ts'
import { releases } from '../store/rows/release-rows.ts'
import { type HostRow, type ReviewRow, reviewVotes, reviews } from '../store/rows/review-rows.ts'
import { enqueueEvent } from '../webhooks/enqueue-event.ts'
import { reviewError } from './errors.ts'

type Put = Extract<HostStatement, { kind: 'review.put' }>
type Remove = Extract<HostStatement, { kind: 'review.remove' }>

/** Writes a person's one review of a plugin, or changes it. A hidden review stays hidden whatever is changed in it. */
export async function putReview(store: RegistryStore, host: HostRow, said: Put): Promise<void> {
  await requireInstallation(store, said)
  try {
    await store.database.transaction((manager) => write(manager, host, said))
  } catch (error) {
    // The person's first review came in twice at once: the other one is there now.
    if (!isUniqueViolation(error)) throw error
    await store.database.transaction((manager) => write(manager, host, said))
  }
}

async function write(manager: Transaction, host: HostRow, said: Put): Promise<void> {
  const before = await manager.findOneBy(reviews, { pluginId: said.plugin, person: said.person })
  requireNewer(before, said)
  const now = new Date().toISOString()
  const words = {
    hostId: host.id,
    version: said.installation.version,
    rating: said.rating,
    title: said.title ?? null,
    text: said.text ?? null,
    author: said.author ?? null,
    signedAt: said.signedAt,
  }
  if (before === null) await manager.insert(reviews, newRow(said, words, now))
  else await manager.update(reviews, { id: before.id }, { ...words, ...againAfter(before, now), updatedAt: now })
  const fresh = before === null || before.removedAt !== null
  await enqueueEvent(manager, {
    type: fresh ? 'review.created' : 'review.edited',
    publisherId: said.plugin.split('/')[0] ?? '',
    data: { plugin: said.plugin, version: words.version, rating: said.rating },
  })
}

function newRow(
  said: Put,
  words: Omit<ReviewRow, keyof typeof EMPTY | 'id' | 'pluginId' | 'person' | 'createdAt' | 'updatedAt'>,
  now: string,
): ReviewRow {
  return {
    id: randomUUID(),
    pluginId: said.plugin,
    person: said.person,
    ...EMPTY,
    ...words,
    createdAt: now,
    updatedAt: now,
  }
}

const EMPTY = {
  removedAt: null,
  hiddenAt: null,
  hiddenReason: null,
  appealText: null,
  appealedAt: null,
  appealAnswer: null,
  replyText: null,
  repliedAt: null,
  helpful: 0,
} as const

/** A review that was taken back begins anew, but what moderators hid stays hidden. */
function againAfter(before: ReviewRow, now: string): Partial<ReviewRow> {
  return before.removedAt === null ? {} : { removedAt: null, createdAt: now, replyText: null, repliedAt: null }
}

/** Takes a review back: words and stars go, what stays is that there was one. */
export async function removeReview(store: RegistryStore, said: Remove): Promise<void> {
  await store.database.transaction(async (manager) => {
    const before = await manager.findOneBy(reviews, { pluginId: said.plugin, person: said.person })
    if (before === null || before.removedAt !== null) {
      throw reviewError('REVIEW_NOT_FOUND', 'Expected a review of this person, found none.')
    }
    requireNewer(before, said)
    const removedAt = new Date().toISOString()
    const emptied = { title: null, text: null, author: null, replyText: null, repliedAt: null, helpful: 0 }
    await manager.update(reviews, { id: before.id }, { ...emptied, removedAt, signedAt: said.signedAt })
    await manager.delete(reviewVotes, { reviewId: before.id })
  })
}

/** Statements are idempotent and ordered: sent again, or late, they change nothing. */
function requireNewer(before: ReviewRow | null, { signedAt }: { readonly signedAt: string }): void {
  if (before === null || before.signedAt < signedAt) return
  throw reviewError(
    'STATEMENT_OUTDATED',
    `Expected a statement newer than ${before.signedAt}, found one of ${signedAt}.`,
  )
}

/** The host vouches for an installation of a release that exists, byte for byte. */
async function requireInstallation(store: RegistryStore, { plugin, installation }: Put): Promise<void> {
  const release = await store.database
    .getRepository(releases)
    .findOneBy({ pluginId: plugin, version: installation.version })
  if (release !== null && release.bundleDigest === installation.bundleDigest) return
  throw reviewError(
    'STATEMENT_INSTALLATION',
    `Expected an installation of a release of ${plugin} with the digest it has here, found ${installation.version} with another.`,
  )
}
