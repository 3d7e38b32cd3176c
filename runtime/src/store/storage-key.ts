import { storeError } from './errors.ts'
import { STORAGE_KEY_LENGTH } from './limits.ts'

/** PostgreSQL stores neither NUL nor half a surrogate pair: both dialects refuse them alike. */
export function checkStorageKey(key: string): string {
  if (key.length > 0 && key.length <= STORAGE_KEY_LENGTH && !key.includes('\0') && key.isWellFormed()) return key
  throw storeError(
    'STORE_KEY_INVALID',
    `Expected a key of 1 to ${STORAGE_KEY_LENGTH} characters of well-formed text without NUL, found one of ${key.length}.`,
  )
}
