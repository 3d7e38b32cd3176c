import { requireAccount } from '../../accounts/actor.ts'
import { createInvite, listInvites, revokeInvite } from '../../accounts/invites.ts'
import { WEB_LOGIN_MS } from '../../accounts/limits.ts'
import { login } from '../../accounts/login.ts'
import { toAccount } from '../../accounts/create-account.ts'
import { listAccounts, resetAccount, setAccountDisabled } from '../../accounts/manage-accounts.ts'
import {
  accountOf,
  changePassword,
  changeProfile,
  codeUse,
  createAccountToken,
  describeActor,
  proveOwner,
} from '../../accounts/own-account.ts'
import {
  confirmSecondFactor,
  disableSecondFactor,
  enrolSecondFactor,
  replaceRecoveryCodes,
  requireCode,
  setSecondFactorPolicy,
} from '../../accounts/second-factor.ts'
import { signUp } from '../../accounts/sign-up.ts'
import { listTokens, revokeOwnToken, revokeToken, toAccessToken } from '../../accounts/tokens.ts'
import { pollWebLogin, startWebLogin } from '../../accounts/web-login.ts'
import type { accountRoutes } from '../../contract/routes/accounts.ts'
import type { RegistryStore } from '../../store/open-store.ts'
import type { HandlersOf } from '../handler-types.ts'
import { loginUrl } from '../pages/login-pages.ts'

type Area = HandlersOf<typeof accountRoutes>

export function accountHandlers(store: RegistryStore): Area {
  return { ...signingIn(store), ...ownAccount(store), ...secondFactor(store), ...administration(store) }
}

type SigningIn = 'signUp' | 'signIn' | 'startWebLogin' | 'finishWebLogin' | 'signOut' | 'whoami'

function signingIn(store: RegistryStore): Pick<Area, SigningIn> {
  return {
    signUp: ({ body, caller }) => signUp(store, { ...body, address: caller.address }),
    async signIn({ body, caller }) {
      const { account, token } = await login(store, { otp: caller.otp, ...body, address: caller.address })
      return { account: toAccount(account), token }
    },
    async startWebLogin({ caller }) {
      const made = await startWebLogin(store, caller)
      const { doneId, comparison } = made
      return { loginUrl: loginUrl(caller.publicUrl, made), doneId, comparison, expiresInSeconds: WEB_LOGIN_MS / 1000 }
    },
    finishWebLogin: ({ body }) => pollWebLogin(store, body.doneId),
    signOut: ({ actor }) => revokeOwnToken(store, actor),
    whoami: ({ actor }) => describeActor(store, actor),
  }
}

type OwnAccount = 'changePassword' | 'changeProfile' | 'accountTokens' | 'createAccountToken' | 'revokeAccountToken'

function ownAccount(store: RegistryStore): Pick<Area, OwnAccount> {
  return {
    changePassword: ({ actor, body, caller }) => changePassword(store, requireAccount(actor), body, caller.address),
    changeProfile: ({ actor, body }) => changeProfile(store, actor, body),
    async accountTokens({ actor }) {
      const { accountId } = requireAccount(actor)
      return { items: (await listTokens(store, { accountId })).map(toAccessToken) }
    },
    async createAccountToken({ actor, body, caller }) {
      const { token, row } = await createAccountToken(store, requireAccount(actor), body, caller.address)
      return { ...toAccessToken(row), token }
    },
    revokeAccountToken: ({ actor, params }) =>
      revokeToken(store, { accountId: requireAccount(actor).accountId }, params.tokenId),
  }
}

type SecondFactor =
  | 'enrolSecondFactor'
  | 'confirmSecondFactor'
  | 'changeSecondFactor'
  | 'renewRecoveryCodes'
  | 'disableSecondFactor'

function secondFactor(store: RegistryStore): Pick<Area, SecondFactor> {
  return {
    async enrolSecondFactor({ actor, body, caller }) {
      const account = await proveOwner(store, requireAccount(actor), body.password, undefined, caller.address)
      return enrolSecondFactor(store, account)
    },
    async confirmSecondFactor({ actor, body, caller }) {
      const use = codeUse(requireAccount(actor), caller.address)
      const codes = await confirmSecondFactor(store, await accountOf(store, actor), { ...body, ...use })
      return { recoveryCodes: [...codes] }
    },
    async changeSecondFactor({ actor, body, caller }) {
      const account = await accountOf(store, actor)
      await requireCode(store, account, body.code, codeUse(requireAccount(actor), caller.address))
      await setSecondFactorPolicy(store, account, body.policy)
    },
    async renewRecoveryCodes({ actor, body, caller }) {
      const account = await accountOf(store, actor)
      await requireCode(store, account, body.code, codeUse(requireAccount(actor), caller.address))
      return { recoveryCodes: [...(await replaceRecoveryCodes(store, account))] }
    },
    async disableSecondFactor({ actor, body, caller }) {
      const { id } = await proveOwner(store, requireAccount(actor), body.password, body.code, caller.address)
      await disableSecondFactor(store, id)
    },
  }
}

type Administration =
  | 'accounts'
  | 'disableAccount'
  | 'enableAccount'
  | 'resetAccount'
  | 'invites'
  | 'createInvite'
  | 'revokeInvite'

function administration(store: RegistryStore): Pick<Area, Administration> {
  return {
    accounts: async () => ({ items: [...(await listAccounts(store))] }),
    disableAccount: ({ params }) => setAccountDisabled(store, params.account, true),
    enableAccount: ({ params }) => setAccountDisabled(store, params.account, false),
    resetAccount: ({ params }) => resetAccount(store, params.account),
    invites: async () => ({ items: [...(await listInvites(store))] }),
    createInvite: ({ body }) => createInvite(store, body.note, 'admin'),
    revokeInvite: ({ params }) => revokeInvite(store, params.inviteId),
  }
}
