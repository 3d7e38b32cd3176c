import { z } from 'zod'
import { createAccountToken } from '../accounts/own-account.ts'
import { hashToken, listTokens, revokeToken } from '../accounts/tokens.ts'
import { accountTokenRequest } from '../contract/accounts.ts'
import type { TokenScope } from '../contract/publishers.ts'
import { registryError } from '../errors.ts'
import type { RegistryStore } from '../store/open-store.ts'
import type { TokenRow } from '../store/rows/token-rows.ts'
import { npmError } from './errors.ts'
import { type NpmAnswer, type NpmHandler, type NpmRequest, param, requireAccount } from './npm-request.ts'
import { readJson } from './read-body.ts'

const list = z.array(z.string().max(214)).max(64).optional()

const tokenDocument = z.looseObject({
  password: z.string().min(1).max(1000),
  name: z.string().max(80).nullish(),
  readonly: z.boolean().nullish(),
  cidr_whitelist: list,
  packages: list,
  scopes: list,
  orgs: list,
  packages_and_scopes_permission: z.string().max(40).nullish(),
  expires: z.number().int().min(1).max(365).nullish(),
  bypass_2fa: z.boolean().nullish(),
})

type TokenDocument = z.output<typeof tokenDocument>

const EVERYTHING: readonly TokenScope[] = ['read', 'publish', 'yank', 'manage']
/** What npm's words for a token's rights mean here. */
const SCOPES: Readonly<Record<string, readonly TokenScope[]>> = {
  'read-only': ['read'],
  'read-write': EVERYTHING,
}

/** `npm token`. */
export function tokenHandlers(store: RegistryStore) {
  return {
    async listTokens(input) {
      const { accountId } = await requireAccount(input)
      const rows = await listTokens(store, { accountId })
      return { body: { objects: rows.map(toNpmToken), urls: {}, total: rows.length } }
    },
    createToken: (input) => create(store, input),
    revokeToken: (input) => revoke(store, input),
  } as const satisfies Record<string, NpmHandler>
}

async function create(store: RegistryStore, input: NpmRequest): Promise<NpmAnswer> {
  const actor = await requireAccount(input)
  const document = await readJson(input.request, tokenDocument)
  const request = accountTokenRequest.safeParse({
    name: document.name || 'npm token',
    password: document.password,
    ...(input.caller.otp === undefined ? {} : { otp: input.caller.otp }),
    scopes: scopesOf(document),
    cidrs: document.cidr_whitelist ?? [],
    packages: [
      ...(document.packages ?? []),
      ...(document.scopes ?? []).map(asScope),
      ...(document.orgs ?? []).map(asScope),
    ],
    automation: document.bypass_2fa ?? false,
    expiresInDays: document.expires ?? 90,
  })
  if (!request.success) {
    const [issue] = request.error.issues
    throw npmError('NPM_BODY', `Expected a token that can be made, found: ${issue?.path.join('.')} ${issue?.message}`)
  }
  const { token, row } = await createAccountToken(store, actor, request.data, input.caller.address)
  return { body: { ...toNpmToken(row), token } }
}

async function revoke(store: RegistryStore, input: NpmRequest): Promise<NpmAnswer> {
  const { accountId } = await requireAccount(input)
  const key = param(input, 'key')
  const rows = await listTokens(store, { accountId })
  const row = rows.find((candidate) => keyOf(candidate) === key || candidate.tokenHash === hashToken(key))
  if (row === undefined) throw registryError('TOKEN_NOT_FOUND', 'Expected a token of this account, found none.')
  await revokeToken(store, { accountId }, row.id)
  return { body: {} }
}

function scopesOf(document: TokenDocument): readonly TokenScope[] {
  if (document.readonly === true) return ['read']
  const wanted = document.packages_and_scopes_permission ?? 'read-write'
  const scopes = SCOPES[wanted]
  if (scopes !== undefined) return scopes
  throw npmError('NPM_BODY', 'Expected the permission `read-only` or `read-write`, found another. Choose one of these.')
}

function asScope(name: string): string {
  return name.startsWith('@') ? name : `@${name}`
}

function toNpmToken(row: TokenRow) {
  return {
    key: keyOf(row),
    token: row.hint,
    name: row.name,
    readonly: !row.scopes.includes('publish'),
    cidr_whitelist: row.cidrs.length === 0 ? null : row.cidrs,
    packages: row.packages,
    automation: row.automation,
    created: row.createdAt,
    updated: row.lastUsedAt ?? row.createdAt,
    expires: row.expiresAt,
  }
}

/** npm hides everything that looks like a UUID from its own output, so that nobody could name the token. */
function keyOf({ id }: TokenRow): string {
  return id.replaceAll('-', '')
}
