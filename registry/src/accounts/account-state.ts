import type { KeyObject } from 'node:crypto'
import { join } from 'node:path'
import type { RegistryLogger } from '../logger.ts'
import { type IssuerKeys, createIssuerKeys } from '../publishers/issuer-keys.ts'
import { type NameIndex, createNameIndex } from '../publishers/names/name-index.ts'
import { type Outside, type OutsideOptions, createOutside } from '../publishers/outside.ts'
import { GITHUB_ISSUER, GITLAB_ISSUER } from '../publishers/trust-claims.ts'
import { type AttemptLimiter, createAttemptLimiter } from './attempt-limiter.ts'
import {
  SIGN_IN_KEYS,
  SIGN_IN_PER_ACCOUNT,
  SIGN_IN_PER_ADDRESS,
  SIGN_IN_WINDOW_MS,
  WEB_LOGINS_PER_ADDRESS,
} from './limits.ts'
import { loadSealKey } from './seal.ts'

/** Who may make an account: anyone, whoever has an invite, or nobody but the admin. */
export type SignUpMode = 'open' | 'invite' | 'closed'

export interface AccountOptions extends OutsideOptions {
  /** Default `invite`. */
  readonly signUp?: SignUpMode
  /** Default `account-seal.key` in the data folder. */
  readonly sealKeyFile?: string
  /** Issuers of workflow identities besides GitHub's and GitLab's. */
  readonly oidcIssuers?: readonly string[]
  /** Where security events go that are not public knowledge. */
  readonly logger?: RegistryLogger
}

/** What accounts need beside their rows. */
export interface AccountState {
  /** Seals second factors; its file is outside the database. */
  readonly sealKey: KeyObject
  readonly signUp: SignUpMode
  /** What may be asked outside, and the issuers of workflow identities that may be. */
  readonly outside: Outside
  readonly oidcIssuers: readonly string[]
  readonly issuerKeys: IssuerKeys
  /** Names that are taken, for finding those that look alike. */
  readonly names: NameIndex
  /** Failed attempts by account name and by address, in this process. */
  readonly attempts: {
    readonly byAccount: AttemptLimiter
    readonly byAddress: AttemptLimiter
    readonly webLogins: AttemptLimiter
  }
  /** Writes a security event that is nobody's business but the operator's into the registry's own log. */
  report(event: string, fields: Readonly<Record<string, unknown>>): void
}

export async function openAccountState(dataDir: string, options: AccountOptions = {}): Promise<AccountState> {
  const limits = { windowMs: SIGN_IN_WINDOW_MS, keys: SIGN_IN_KEYS }
  const outside = createOutside(options)
  return {
    outside,
    issuerKeys: createIssuerKeys(outside),
    oidcIssuers: [GITHUB_ISSUER, GITLAB_ISSUER, ...(options.oidcIssuers ?? [])],
    names: createNameIndex(),
    sealKey: await loadSealKey(options.sealKeyFile ?? join(dataDir, 'account-seal.key')),
    signUp: options.signUp ?? 'invite',
    attempts: {
      byAccount: createAttemptLimiter({ ...limits, attempts: SIGN_IN_PER_ACCOUNT }),
      byAddress: createAttemptLimiter({ ...limits, attempts: SIGN_IN_PER_ADDRESS }),
      webLogins: createAttemptLimiter({ ...limits, attempts: WEB_LOGINS_PER_ADDRESS }),
    },
    report: (event, fields) => options.logger?.info({ event, ...fields }, 'A security event.'),
  }
}
