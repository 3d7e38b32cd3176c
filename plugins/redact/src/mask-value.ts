import { type JsonObject, type JsonValue, isJsonArray, isJsonObject } from '@nexus/plugin-api'
import { isCardNumber } from './detect-cards.ts'
import { isSecretName, isSecretValue } from './detect-named-secrets.ts'
import { redactError } from './errors.ts'
import { MAX_DEPTH } from './limits.ts'
import { type Counts, maskFor } from './mask-text.ts'

/** What to mask in a value. */
export interface Masking {
  readonly maskText: (text: string) => string
  readonly counts: Counts
  readonly cards: boolean
  readonly secrets: boolean
}

/**
 * The value with every text in it masked; lists and objects keep their form, and what needs no change stays the same
 * object. Names of members are texts too. Fails with `REDACT_TOO_DEEP`.
 */
export function maskValue(value: JsonValue, masking: Masking, depth = 0): JsonValue {
  if (typeof value === 'string') return masking.maskText(value)
  if (typeof value === 'number') return maskNumber(value, masking)
  if (value === null || typeof value === 'boolean') return value
  if (depth >= MAX_DEPTH) {
    throw redactError(
      'REDACT_TOO_DEEP',
      `Expected a result nested at most ${MAX_DEPTH} deep, found a deeper one, which cannot be looked through.`,
    )
  }
  if (isJsonArray(value)) {
    const items = value.map((item) => maskValue(item, masking, depth + 1))
    return items.every((item, index) => item === value[index]) ? value : items
  }
  return isJsonObject(value) ? maskObject(value, masking, depth) : value
}

/** A card number is one without quotation marks as well. */
function maskNumber(value: number, masking: Masking): JsonValue {
  if (!masking.cards || !Number.isSafeInteger(value) || !isCardNumber(String(value))) return value
  masking.counts.set('card number', (masking.counts.get('card number') ?? 0) + 1)
  return maskFor('card number')
}

function maskObject(value: JsonObject, masking: Masking, depth: number): JsonObject {
  const members = Object.entries(value)
  const masked = new Map<string, JsonValue>()
  let hasChanged = false
  for (const [name, item] of members) {
    const newName = freeName(masking.maskText(name), masked)
    const newItem = isEncoded(value, name) ? item : maskMember(name, item, masking, depth)
    hasChanged ||= newName !== name || newItem !== item
    masked.set(newName, newItem)
  }
  return hasChanged ? Object.fromEntries(masked) : value
}

function maskMember(name: string, item: JsonValue, masking: Masking, depth: number): JsonValue {
  const isSecret = masking.secrets && typeof item === 'string' && isSecretName(name) && isSecretValue(name, item)
  if (!isSecret) return maskValue(item, masking, depth + 1)
  masking.counts.set('secret', (masking.counts.get('secret') ?? 0) + 1)
  return maskFor('secret')
}

/** Two names may become the same mask; neither value may be lost for it. */
function freeName(name: string, taken: ReadonlyMap<string, JsonValue>): string {
  let free = name
  for (let index = 2; taken.has(free); index++) free = `${name} ${index}`
  return free
}

/** Base64 of an image, a sound or a file: masks would break it. Source: MCP `ImageContent`, `AudioContent`, `BlobResourceContents`. */
function isEncoded(holder: JsonObject, name: string): boolean {
  if (typeof holder[name] !== 'string') return false
  if (name === 'data')
    return (holder['type'] === 'image' || holder['type'] === 'audio') && typeof holder['mimeType'] === 'string'
  return name === 'blob' && typeof holder['uri'] === 'string'
}
