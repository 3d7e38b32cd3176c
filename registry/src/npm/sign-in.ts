import { z } from 'zod'
import { login } from '../accounts/login.ts'
import { describeActor } from '../accounts/own-account.ts'
import { signUp } from '../accounts/sign-up.ts'
import { hashToken, revokeToken } from '../accounts/tokens.ts'
import { pollWebLogin, startWebLogin } from '../accounts/web-login.ts'
import { accountError } from '../accounts/errors.ts'
import { registryError } from '../errors.ts'
import { loginUrl } from '../http/pages/login-pages.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { accounts } from '../store/rows/account-rows.ts'
import { tokens } from '../store/rows/token-rows.ts'
import { npmError } from './errors.ts'
import { LOGIN_POLL_SECONDS } from './limits.ts'
import { type NpmAnswer, type NpmHandler, type NpmRequest, param, requireAccount, requireActor } from './npm-request.ts'
import { readJson } from './read-body.ts'

const PREFIX = 'org.couchdb.user:'

const userDocument = z.looseObject({
  name: z.string().min(1).max(64),
  password: z.string().min(1).max(1000),
  email: z.string().max(254).optional(),
})

/** `npm login`, `logout`, `whoami`, and what they ask about users. */
export function signInHandlers(store: RegistryStore) {
  return {
    putUser: (input) => putUser(store, input),
    getUser: (input) => getUser(store, input),
    whoami: async (input) => ({ body: { username: (await describeActor(store, await input.actor())).name } }),
    logout: (input) => logout(store, input),
    async startWebLogin({ caller }) {
      const made = await startWebLogin(store, caller)
      const body = {
        loginUrl: loginUrl(caller.publicUrl, made),
        doneUrl: `${caller.publicUrl}/-/v1/done/${made.doneId}`,
      }
      return { body }
    },
    async pollWebLogin(input) {
      const answer = await pollWebLogin(store, param(input, 'doneId'))
      if (answer.state === 'done') return { body: { token: answer.token } }
      return { status: 202, headers: { 'retry-after': String(LOGIN_POLL_SECONDS) }, body: {} }
    },
  } as const satisfies Record<string, NpmHandler>
}

/**
 * Signs in with name and password; where anyone may sign up, a name that is nobody's becomes an account. npm calls both
 * `npm login`.
 */
async function putUser(store: RegistryStore, input: NpmRequest): Promise<NpmAnswer> {
  const name = userOf(input)
  const document = await readJson(input.request, userDocument)
  if (document.name !== name) throw npmError('NPM_BODY', 'Expected the user that the path names, found another.')
  const { address, otp } = input.caller
  const known = await store.database.getRepository(accounts).existsBy({ name })
  if (!known && store.accounts.signUp === 'open') {
    const email = z.email().safeParse(document.email)
    await signUp(store, { name, password: document.password, address, ...(email.success ? { email: email.data } : {}) })
  }
  const { token } = await login(store, { name, password: document.password, address, otp })
  return { status: 201, body: { ok: `you are signed in as '${name}'`, id: `${PREFIX}${name}`, rev: '1-0', token } }
}

/** Names are public; an address is shown to those who signed in. */
async function getUser(store: RegistryStore, input: NpmRequest): Promise<NpmAnswer> {
  const name = userOf(input)
  const row = await store.database.getRepository(accounts).findOneBy({ name })
  if (row === null || row.disabledAt !== null) {
    throw accountError('ACCOUNT_NOT_FOUND', `Expected an account named ${name.slice(0, 64)}, found none.`)
  }
  const email = (await input.actor()) === undefined ? '' : row.email
  return { body: { _id: `${PREFIX}${name}`, _rev: '1-0', name, email, type: 'user', roles: [], date: row.createdAt } }
}

/** Revokes the token that the path names: the one that was used, or another of the same account. */
async function logout(store: RegistryStore, input: NpmRequest): Promise<NpmAnswer> {
  const actor = await requireActor(input)
  const row = await store.database.getRepository(tokens).findOneBy({ tokenHash: hashToken(param(input, 'token')) })
  const { accountId } = actor.kind === 'account' ? actor : await requireAccount(input)
  if (row === null || row.accountId !== accountId) {
    throw registryError('TOKEN_NOT_FOUND', 'Expected a token of this account, found none.')
  }
  await revokeToken(store, { accountId }, row.id)
  return { body: { ok: true } }
}

function userOf(input: NpmRequest): string {
  const user = param(input, 'user')
  if (user.startsWith(PREFIX)) return user.slice(PREFIX.length)
  throw npmError('NPM_BODY', 'Expected a path that ends in `org.couchdb.user:<name>`, found another.')
}
