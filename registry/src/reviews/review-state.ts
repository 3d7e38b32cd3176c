import { type AttemptLimiter, createAttemptLimiter } from '../accounts/attempt-limiter.ts'
import { reviewError } from './errors.ts'
import {
  HOSTS_PER_HOUR,
  STATEMENTS_PER_HOST,
  STATEMENTS_PER_PERSON,
  STATEMENT_KEYS,
  STATEMENT_WINDOW_MS,
} from './limits.ts'

const HOUR_MS = 60 * 60 * 1000

/** How often hosts and people may speak, counted in this process. */
export interface ReviewState {
  countStatement(hostId: string, person: string): void
  countRegistration(): void
}

export function createReviewState(): ReviewState {
  const window = { windowMs: STATEMENT_WINDOW_MS, keys: STATEMENT_KEYS }
  const byHost = createAttemptLimiter({ ...window, attempts: STATEMENTS_PER_HOST })
  const byPerson = createAttemptLimiter({ ...window, attempts: STATEMENTS_PER_PERSON })
  const registrations = createAttemptLimiter({ windowMs: HOUR_MS, keys: 1, attempts: HOSTS_PER_HOUR })
  return {
    countStatement(hostId, person) {
      take(byPerson, `${hostId} ${person}`, `${STATEMENTS_PER_PERSON} statements of one person a minute`)
      take(byHost, hostId, `${STATEMENTS_PER_HOST} statements of one host a minute`)
    },
    countRegistration: () => take(registrations, 'all', `${HOSTS_PER_HOUR} new hosts an hour`),
  }
}

function take(limiter: AttemptLimiter, key: string, limit: string): void {
  const waitMs = limiter.take(key)
  if (waitMs === 0) return
  throw reviewError(
    'HOST_TOO_OFTEN',
    `Expected at most ${limit}, found more. Try again in ${Math.ceil(waitMs / 1000)} s.`,
  )
}
