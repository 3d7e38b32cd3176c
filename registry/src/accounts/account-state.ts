import { type AttemptLimiter, createAttemptLimiter } from './attempt-limiter.ts'
import { SIGN_IN_KEYS, SIGN_IN_PER_ACCOUNT, SIGN_IN_PER_ADDRESS, SIGN_IN_WINDOW_MS } from './limits.ts'

/** Who may make an account: anyone, whoever has an invite, or nobody but the admin. */
export type SignUpMode = 'open' | 'invite' | 'closed'

export interface AccountOptions {
  /** Default `invite`. */
  readonly signUp?: SignUpMode
}

/** What accounts need beside their rows. */
export interface AccountState {
  readonly signUp: SignUpMode
  /** Failed attempts by account name and by address, in this process. */
  readonly attempts: { readonly byAccount: AttemptLimiter; readonly byAddress: AttemptLimiter }
}

export function createAccountState(options: AccountOptions = {}): AccountState {
  const limits = { windowMs: SIGN_IN_WINDOW_MS, keys: SIGN_IN_KEYS }
  return {
    signUp: options.signUp ?? 'invite',
    attempts: {
      byAccount: createAttemptLimiter({ ...limits, attempts: SIGN_IN_PER_ACCOUNT }),
      byAddress: createAttemptLimiter({ ...limits, attempts: SIGN_IN_PER_ADDRESS }),
    },
  }
}
