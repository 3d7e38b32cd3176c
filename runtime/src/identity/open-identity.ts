import { errorCode } from '@nexus/plugin-api'
import type { AuditTrail } from '../audit/audit.ts'
import type { Store } from '../store/store.ts'
import { createAttemptLimiter } from './attempt-limiter.ts'
import type { IdentityContext } from './context.ts'
import type { CheckedToken, Identity } from './identity.ts'
import {
  REFUSAL_AUDIT_KEYS,
  REFUSAL_AUDIT_MS,
  SIGN_IN_KEYS,
  SIGN_IN_PER_ACCOUNT,
  SIGN_IN_PER_ADDRESS,
  SIGN_IN_WINDOW_MS,
} from './limits.ts'
import type { Principal } from './principal.ts'
import { createSerial } from './serial.ts'
import { createTokenCache } from './token-cache.ts'
import { authenticateSession } from './verbs/authenticate-session.ts'
import { authenticateToken } from './verbs/authenticate-token.ts'
import { changePassword } from './verbs/change-password.ts'
import { changeUser } from './verbs/change-user.ts'
import { createToken } from './verbs/create-token.ts'
import { createUser } from './verbs/create-user.ts'
import { endSessions } from './verbs/end-sessions.ts'
import { revokeToken } from './verbs/revoke-token.ts'
import { renewSetupLink, setup, setupNeeded } from './verbs/setup.ts'
import { signIn } from './verbs/sign-in.ts'
import { signOut } from './verbs/sign-out.ts'
import { tokens } from './verbs/tokens.ts'
import { nameActors } from './verbs/name-actors.ts'
import { users } from './verbs/users.ts'
import { createWorkspace, ensureDefaultWorkspace, workspaces } from './verbs/workspaces.ts'

export interface IdentityOptions {
  readonly store: Store
  readonly audit: Pick<AuditTrail, 'record'>
  /** What time it is; default the clock of the machine. */
  readonly clock?: () => Date
}

/** Opens identity over the store; makes the workspace `main` when there is none. */
export async function openIdentity({ store, audit, clock = () => new Date() }: IdentityOptions): Promise<Identity> {
  const context: IdentityContext = {
    store,
    audit,
    now: clock,
    tokens: createTokenCache<CheckedToken>(clock),
    accountAttempts: signInLimiter(SIGN_IN_PER_ACCOUNT),
    addressAttempts: signInLimiter(SIGN_IN_PER_ADDRESS),
    refusals: createAttemptLimiter({ attempts: 1, windowMs: REFUSAL_AUDIT_MS, keys: REFUSAL_AUDIT_KEYS }),
    inTurn: createSerial(),
  }
  return {
    defaultWorkspace: await ensureDefaultWorkspace(store, clock()),
    setupNeeded: () => setupNeeded(context),
    renewSetupLink: () => renewSetupLink(context),
    setup: (...given) => setup(context, ...given),
    signIn: (...given) => signIn(context, ...given),
    signOut: (...given) => signOut(context, ...given),
    endSessions: (...given) => endSessions(context, ...given),
    changePassword: (...given) => changePassword(context, ...given),
    authenticateSession: (...given) => authenticateSession(context, ...given),
    authenticateToken: (...given) => authenticateToken(context, ...given),
    sessionPrincipal: (secret, workspace) => unlessInvalid(authenticateSession(context, secret, workspace)),
    tokenPrincipal: (token, workspace) => unlessInvalid(authenticateToken(context, `Bearer ${token}`, { workspace })),
    user: (userId) => store.users.get(userId),
    nameActors: (...given) => nameActors(context, ...given),
    users: (principal) => users(context, principal),
    createUser: (...given) => createUser(context, ...given),
    changeUser: (...given) => changeUser(context, ...given),
    workspace: (workspaceId) => store.workspaces.get(workspaceId),
    workspaces: (principal) => workspaces(context, principal),
    createWorkspace: (...given) => createWorkspace(context, ...given),
    tokens: (principal) => tokens(context, principal),
    createToken: (...given) => createToken(context, ...given),
    revokeToken: (...given) => revokeToken(context, ...given),
  }
}

function signInLimiter(attempts: number) {
  return createAttemptLimiter({ attempts, windowMs: SIGN_IN_WINDOW_MS, keys: SIGN_IN_KEYS })
}

const INVALID: ReadonlySet<string | undefined> = new Set(['IDENTITY_SESSION_INVALID', 'IDENTITY_TOKEN_INVALID'])

async function unlessInvalid(authentication: Promise<Principal>): Promise<Principal | undefined> {
  try {
    return await authentication
  } catch (error) {
    if (INVALID.has(errorCode(error))) return undefined
    throw error
  }
}
