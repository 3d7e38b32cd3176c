import { z } from 'zod'
import type { AccountActor } from '../accounts/actor.ts'
import { accountOf, changePassword, changeProfile, codeUse, proveOwner } from '../accounts/own-account.ts'
import {
  confirmSecondFactor,
  disableSecondFactor,
  enrolSecondFactor,
  setSecondFactorPolicy,
} from '../accounts/second-factor.ts'
import { accountProfile } from '../contract/accounts.ts'
import type { RegistryStore } from '../store/open-store.ts'
import type { AccountRow } from '../store/rows/account-rows.ts'
import { npmError } from './errors.ts'
import { type NpmAnswer, type NpmHandler, type NpmRequest, requireAccount } from './npm-request.ts'
import { readJson } from './read-body.ts'

const line = z.string().max(200).nullish()
const secret = z.string().min(1).max(1000)
const mode = z.enum(['auth-only', 'auth-and-writes'])

const profileDocument = z.looseObject({
  email: z.string().max(254).nullish(),
  fullname: line,
  homepage: line,
  freenode: line,
  twitter: line,
  github: line,
  password: z.strictObject({ old: secret, new: secret }).nullish(),
  tfa: z
    .union([
      z.strictObject({ password: secret, mode: z.union([mode, z.literal('disable')]) }),
      z.array(z.string().max(64)).length(1),
    ])
    .nullish(),
})

type ProfileDocument = z.output<typeof profileDocument>
type Mode = z.output<typeof mode>

/** `npm profile`. */
export function profileHandlers(store: RegistryStore) {
  // npm says when it wants codes in its first request and shows the first code in its second.
  const wanted = new Map<string, Mode>()
  return {
    getProfile: async (input) => ({ body: toNpmProfile(await accountOf(store, await requireAccount(input))) }),
    setProfile: (input) => setProfile(store, input, wanted),
  } as const satisfies Record<string, NpmHandler>
}

async function setProfile(store: RegistryStore, input: NpmRequest, wanted: Map<string, Mode>): Promise<NpmAnswer> {
  const actor = await requireAccount(input)
  const document = await readJson(input.request, profileDocument)
  const { tfa, password } = document
  if (Array.isArray(tfa)) {
    const policy = wanted.get(actor.accountId) ?? 'auth-and-writes'
    const request = { code: tfa[0] ?? '', policy, ...codeUse(actor, input.caller.address) }
    const codes = await confirmSecondFactor(store, await accountOf(store, actor), request)
    wanted.delete(actor.accountId)
    return { body: { tfa: codes } }
  }
  if (tfa !== null && tfa !== undefined) return changeSecondFactor(store, input, actor, tfa, wanted)
  const { otp, address } = input.caller
  if (password !== null && password !== undefined) {
    await changePassword(store, actor, { password: password.old, newPassword: password.new, otp }, address)
  }
  await changeFields(store, actor, document)
  return { body: toNpmProfile(await accountOf(store, actor)) }
}

async function changeSecondFactor(
  store: RegistryStore,
  { caller }: NpmRequest,
  actor: AccountActor,
  request: { readonly password: string; readonly mode: Mode | 'disable' },
  wanted: Map<string, Mode>,
): Promise<NpmAnswer> {
  const account = await proveOwner(store, actor, request.password, caller.otp, caller.address)
  if (request.mode === 'disable') {
    await disableSecondFactor(store, account.id)
    return { body: { ...toNpmProfile(await accountOf(store, actor)), tfa: null } }
  }
  if (account.totpSecret !== null) {
    await setSecondFactorPolicy(store, account, request.mode)
    return { body: toNpmProfile(await accountOf(store, actor)) }
  }
  const { url } = await enrolSecondFactor(store, account)
  wanted.set(actor.accountId, request.mode)
  return { body: { tfa: url } }
}

async function changeFields(store: RegistryStore, actor: AccountActor, document: ProfileDocument): Promise<void> {
  const account = await accountOf(store, actor)
  const said = Object.fromEntries(
    Object.keys(accountProfile.shape).flatMap((key) => {
      const value = key in document ? document[key] : { ...account.profile }[key]
      return typeof value === 'string' && value !== '' ? [[key, value]] : []
    }),
  )
  const email = document.email ?? account.email
  if (email !== account.email && !z.email().safeParse(email).success) {
    throw npmError('NPM_BODY', 'Expected an e-mail address, found something else.')
  }
  await changeProfile(store, actor, { email, profile: accountProfile.parse(said) })
}

function toNpmProfile(account: AccountRow) {
  const { name, email, profile, secondFactor, totpSecret, totpPending, createdAt } = account
  return {
    tfa:
      totpSecret === null && totpPending === null
        ? null
        : { pending: totpSecret === null, mode: totpSecret === null ? 'auth-and-writes' : secondFactor },
    name,
    email,
    // Nobody is asked for a mail: an address is what its account says.
    email_verified: false,
    created: createdAt,
    updated: createdAt,
    cidr_whitelist: null,
    fullname: '',
    homepage: '',
    freenode: '',
    twitter: '',
    github: '',
    ...profile,
  }
}
