import { z } from 'zod'
import { isoDate } from './identifiers.ts'
import { tokenScope } from './token-scope.ts'

/** What npm calls the user name. Fits into a URL as it is. */
export const accountName = z
  .string()
  .regex(
    /^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$/,
    'Expected 1 to 64 of a-z 0-9 . _ -, beginning and ending with a letter or digit.',
  )

/** What a member of a publisher, or of one package, may do: everything, publish, or read what is not public. */
export const memberRole = z.enum(['owner', 'maintainer', 'reader'])

/** When an account must show its second factor; `off` while it has none. */
export const secondFactorPolicy = z.enum(['off', 'auth-only', 'auth-and-writes'])

const line = z.string().trim().max(200)

/** What an account tells about itself; npm's profile fields. */
export const accountProfile = z.strictObject({
  fullname: line.optional(),
  homepage: line.optional(),
  freenode: line.optional(),
  twitter: line.optional(),
  github: line.optional(),
})

export const account = z
  .object({
    id: z.uuid(),
    name: accountName,
    email: z.string(),
    profile: accountProfile,
    secondFactor: secondFactorPolicy,
    createdAt: isoDate,
    disabledAt: isoDate.optional(),
  })
  .meta({ id: 'Account' })

/** A token as its owner sees it again: never the token itself. */
export const accessToken = z
  .object({
    id: z.uuid(),
    name: z.string(),
    /** First characters of the token. */
    hint: z.string(),
    scopes: z.array(tokenScope),
    cidrs: z.array(z.string()),
    packages: z.array(z.string()),
    automation: z.boolean(),
    createdAt: isoDate,
    expiresAt: isoDate,
    lastUsedAt: isoDate.optional(),
  })
  .meta({ id: 'AccessToken' })

const password = z.string().max(1024)
const code = z.string().max(30)

export const signUpRequest = z.strictObject({
  name: accountName,
  email: z.email().max(254),
  password,
  invite: z.string().max(64).optional(),
})

export const signInRequest = z.strictObject({
  name: z.string().max(64),
  password,
  /** Code of the second factor, or a recovery code. */
  otp: code.optional(),
})

export const signedIn = z.object({ account, token: z.string() })

/** A sign-in that waits for a browser: open `loginUrl`, compare the code, ask with `doneId` until it is decided. */
export const webLogin = z
  .object({ loginUrl: z.string(), doneId: z.string(), comparison: z.string(), expiresInSeconds: z.int() })
  .meta({ id: 'WebLogin' })

export const webLoginAnswer = z.discriminatedUnion('state', [
  z.object({ state: z.literal('waiting') }),
  z.object({ state: z.literal('done'), token: z.string() }),
])

/** Whose token was shown. */
export const identity = z
  .object({
    kind: z.enum(['admin', 'account', 'publisher', 'trusted']),
    name: z.string(),
    scopes: z.array(tokenScope),
    packages: z.array(z.string()),
    account: account.optional(),
    /** Publishers the account is a member of. */
    memberships: z.array(z.object({ publisher: z.string(), role: memberRole })).optional(),
  })
  .meta({ id: 'Identity' })

export const passwordRequest = z.strictObject({ password, newPassword: password, otp: code.optional() })

export const profileRequest = z.strictObject({
  email: z.email().max(254).optional(),
  profile: accountProfile.optional(),
})

/** A network, `10.0.0.0/8` or one address. */
export const cidr = z.union([z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6()])

export const accountTokenRequest = z.strictObject({
  name: z.string().trim().min(1).max(80),
  password,
  /** Code of the second factor of an account that has one. */
  otp: code.optional(),
  scopes: z.array(tokenScope.exclude(['account'])).min(1),
  cidrs: z.array(cidr).max(32).default([]),
  packages: z
    .array(
      z
        .string()
        .max(214)
        .regex(/^(?:@[a-z0-9-]+(?:\/[a-z0-9._-]+)?|[a-z0-9._-]+)$/),
    )
    .max(64)
    .default([]),
  /** Writes with it ask for no second factor, where the publisher allows that. */
  automation: z.boolean().default(false),
  expiresInDays: z.int().min(1).max(365).default(90),
})

/** An invitation for one account; its code is shown once, when it is made. */
export const invite = z
  .object({
    id: z.uuid(),
    note: z.string(),
    createdBy: z.string(),
    createdAt: isoDate,
    expiresAt: isoDate,
    used: z.boolean(),
  })
  .meta({ id: 'Invite' })

export type Identity = z.infer<typeof identity>
export type AccountTokenRequest = z.output<typeof accountTokenRequest>
export type Invite = z.infer<typeof invite>
export type AccountProfile = z.infer<typeof accountProfile>
export type MemberRole = z.infer<typeof memberRole>
export type SecondFactorPolicy = z.infer<typeof secondFactorPolicy>
export type Account = z.infer<typeof account>
export type AccessToken = z.infer<typeof accessToken>
