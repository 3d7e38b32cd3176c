import { gatewayError } from '../errors.ts'

// The cursor holds the last key given, not a position: a list that changes between two pages neither repeats nor skips
// what stayed.

/** The position of the first entry of a sorted list that a cursor has not given yet. */
export function startOf<Entry>(entries: readonly Entry[], keyOf: (entry: Entry) => string, cursor: unknown): number {
  return cursor === undefined ? 0 : firstAfter(entries, keyOf, readCursor(cursor))
}

function firstAfter<Entry>(entries: readonly Entry[], keyOf: (entry: Entry) => string, after: string): number {
  let low = 0
  let high = entries.length
  while (low < high) {
    const middle = (low + high) >> 1
    const entry = entries[middle]
    if (entry !== undefined && keyOf(entry) <= after) low = middle + 1
    else high = middle
  }
  return low
}

export function writeCursor(key: string): string {
  return Buffer.from(`1:${key}`, 'utf8').toString('base64url')
}

function readCursor(cursor: unknown): string {
  if (typeof cursor === 'string' && cursor.length < 16_384) {
    const text = Buffer.from(cursor, 'base64url').toString('utf8')
    if (text.startsWith('1:') && writeCursor(text.slice(2)) === cursor) return text.slice(2)
  }
  throw gatewayError('CURSOR_INVALID', 'Expected a cursor that this server gave, found another text.')
}
