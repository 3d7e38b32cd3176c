import { hash } from 'node:crypto'
import { z } from 'zod'
import { EMBEDDING_BATCH, EMBEDDING_REST_MS, MAX_VECTORS } from './limits.ts'

/** Turns texts into vectors of equal length. Rejects when it cannot; nobody tries again for them. */
export type EmbedTexts = (texts: readonly string[], signal: AbortSignal) => Promise<readonly (readonly number[])[]>

/** Vectors of texts, each asked for once. */
export interface Embeddings {
  /** Vectors in the order of the texts; `undefined` while the service cannot be reached. */
  of(texts: readonly string[], signal: AbortSignal): Promise<readonly Float32Array[] | undefined>
}

/** What an OpenAI-compatible `POST /embeddings` answers, as far as it is looked at. */
export const embeddingAnswer = z.object({
  data: z.array(z.object({ index: z.int().min(0), embedding: z.array(z.number()).min(1).max(8_192) })),
})

/** Scaled to length 1, so that a product is a cosine. */
function unit(vector: readonly number[]): Float32Array {
  const length = Math.hypot(...vector) || 1
  return Float32Array.from(vector, (value) => value / length)
}

export function cosine(left: Float32Array, right: Float32Array): number {
  let sum = 0
  for (let index = 0; index < left.length; index += 1) sum += (left[index] ?? 0) * (right[index] ?? 0)
  return sum
}

/** Keeps vectors by the digest of their text, and rests after a failure. */
export function createEmbeddings(embed: EmbedTexts, warn: (error: unknown) => void, now = Date.now): Embeddings {
  const vectors = new Map<string, Float32Array>()
  let restUntil = 0
  const keyOf = (text: string) => hash('sha256', text, 'base64url')
  const keep = (key: string, vector: Float32Array): void => {
    vectors.delete(key)
    vectors.set(key, vector)
    const [oldest] = vectors.keys()
    if (vectors.size > MAX_VECTORS && oldest !== undefined) vectors.delete(oldest)
  }
  const load = async (texts: readonly string[], signal: AbortSignal): Promise<void> => {
    for (let from = 0; from < texts.length; from += EMBEDDING_BATCH) {
      const batch = texts.slice(from, from + EMBEDDING_BATCH)
      const found = await embed(batch, signal)
      for (const [index, vector] of found.entries()) {
        const text = batch[index]
        if (text !== undefined) keep(keyOf(text), unit(vector))
      }
    }
  }
  return {
    async of(texts, signal) {
      const missing = [...new Set(texts)].filter((text) => !vectors.has(keyOf(text)))
      if (missing.length > 0) {
        if (now() < restUntil) return undefined
        try {
          await load(missing, signal)
        } catch (error) {
          restUntil = now() + EMBEDDING_REST_MS
          warn(error)
          return undefined
        }
      }
      const found = texts.flatMap((text) => {
        const key = keyOf(text)
        const vector = vectors.get(key)
        if (vector !== undefined) keep(key, vector)
        return vector === undefined ? [] : [vector]
      })
      return found.length === texts.length && found.every(({ length }) => length === found[0]?.length)
        ? found
        : undefined
    },
  }
}
