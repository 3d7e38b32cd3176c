import { z } from 'zod'
import { id, isoDate } from './common.ts'

const counter = z.object({
  /** Answered from memory, from the store, or with the answer to another caller's request. */
  memory: z.int(),
  store: z.int(),
  shared: z.int(),
  /** Asked of the server. */
  miss: z.int(),
  /** May not be kept. */
  bypass: z.int(),
})

const ttlSeconds = z.int().min(1).max(86_400)
const scope = z.enum(['public', 'private'])

/** A tool whose results are given again. */
export const cachedToolView = z.object({
  installationId: id,
  tool: z.string(),
  ttlSeconds,
  /** `private`: only to the caller it was made for. */
  scope,
  /** Although the tool does not say that it only reads. */
  forced: z.boolean(),
  updatedAt: isoDate,
})

export const cacheView = z.object({
  items: z.array(cachedToolView),
  /** Since the host started. */
  resources: counter,
  tools: counter,
  /** Of this node's memory, all workspaces together. */
  memory: z.object({ bytes: z.int(), entries: z.int(), evicted: z.int() }),
})

export const cachedToolPut = z.strictObject({
  ttlSeconds,
  scope: scope.default('private'),
  forced: z.boolean().default(false),
})

export const cacheClear = z.strictObject({ installationId: id.optional() })
export const cacheCleared = z.object({ forgotten: z.int() })
