import { z } from 'zod'
import { isoDate } from './identifiers.ts'
import { tokenScope } from './publishers.ts'

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

export type Invite = z.infer<typeof invite>
export type AccountProfile = z.infer<typeof accountProfile>
export type MemberRole = z.infer<typeof memberRole>
export type SecondFactorPolicy = z.infer<typeof secondFactorPolicy>
export type Account = z.infer<typeof account>
export type AccessToken = z.infer<typeof accessToken>
