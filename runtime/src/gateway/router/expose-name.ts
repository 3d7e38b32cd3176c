import { createHash } from 'node:crypto'
import { MAX_NAME } from '../limits.ts'

export type PrefixMode = 'always' | 'conditional' | 'never'

const SEPARATOR = '__'
const HASH_LENGTH = 8

/** Eight characters that always come out the same for the same tool of the same upstream. */
function shortHash(label: string, original: string): string {
  return createHash('sha256').update(`${label}\0${original}`).digest('hex').slice(0, HASH_LENGTH)
}

/** `text` in the grammar of exposed names; whatever had to change is marked by the hash, so that no two become one. */
function fit(text: string, label: string, original: string): string {
  const clean = text.replace(/[^a-zA-Z0-9_-]/g, '_')
  if (clean === text && text.length <= MAX_NAME) return text
  return `${clean.slice(0, MAX_NAME - HASH_LENGTH - 1)}_${shortHash(label, original)}`
}

/** The name without a prefix. */
export function plainName(label: string, original: string): string {
  return fit(original, label, original)
}

/** The name with the upstream's label in front. */
export function prefixedName(label: string, original: string): string {
  return fit(`${label}${SEPARATOR}${original}`, label, original)
}
