import { z } from 'zod'
import { isoDate } from './identifiers.ts'
import { keyId, trustedKey } from './keys.ts'

// The Update Framework, specification 1.0.31, and TAP 15 for the hash bins. Unknown members are kept: they are signed.
const version = z.int().min(1)
const common = { spec_version: z.string(), version, expires: isoDate }
const hex = z.string().regex(/^[0-9a-f]+$/)
const role = z.looseObject({ keyids: z.array(keyId).max(32), threshold: z.int().min(1).max(32) })

/** A key as TUF spells it; its id is the SHA-256 of this in canonical JSON. */
export const tufKey = z.looseObject({
  keytype: z.literal('ed25519'),
  scheme: z.literal('ed25519'),
  keyval: z.looseObject({ public: hex.length(64) }),
})

const signed = <Body extends z.ZodType>(body: Body) =>
  z.strictObject({ signed: body, signatures: z.array(z.strictObject({ keyid: keyId, sig: hex.max(256) })).max(32) })

/** Who signs what: the anchor of everything else. */
export const tufRoot = signed(
  z.looseObject({
    _type: z.literal('root'),
    ...common,
    consistent_snapshot: z.literal(true),
    keys: z.record(keyId, tufKey),
    roles: z.looseObject({ root: role, targets: role, snapshot: role, timestamp: role }),
  }),
)

const target = z.looseObject({ length: z.int().min(0), hashes: z.record(z.string(), hex) })

/** A list of files with lengths and hashes: the one that root keys sign, or one bin of releases. */
export const tufTargets = signed(
  z.looseObject({
    _type: z.literal('targets'),
    ...common,
    targets: z.record(z.string(), target),
    delegations: z
      .looseObject({
        keys: z.record(keyId, tufKey),
        succinct_roles: role.extend({ bit_length: z.int().min(1).max(32), name_prefix: z.string() }),
      })
      .optional(),
  }),
)

const fileVersion = z.looseObject({ version, length: z.int().optional(), hashes: z.record(z.string(), hex).optional() })

/** Which version of every list is the one that counts, or which snapshot. */
export const tufSnapshot = signed(
  z.looseObject({ _type: z.literal('snapshot'), ...common, meta: z.record(z.string(), fileVersion) }),
)
export const tufTimestamp = signed(
  z.looseObject({
    _type: z.literal('timestamp'),
    ...common,
    meta: z.looseObject({ 'snapshot.json': fileVersion }),
  }),
)

/** The next root and the list it signs, on their way from signer to signer. */
export const rootDraft = z.strictObject({ root: tufRoot, targets: tufTargets }).meta({ id: 'RootDraft' })

/** The keys that countersign releases. */
export const tufKeys = z.strictObject({ registry: z.array(trustedKey) })

/** What was withdrawn; `index` is the leaf of the log that says so. */
export const tufRevocations = z.strictObject({
  revoked: z.array(z.strictObject({ id: z.string(), version: z.string(), reason: z.string(), index: z.int() })),
  yanked: z.array(z.strictObject({ id: z.string(), version: z.string(), reason: z.string(), index: z.int() })),
  keys: z.array(z.strictObject({ publisherId: z.string(), keyId, index: z.int() })),
})

/** How the root stands. */
export const rootStatus = z
  .object({
    version,
    targetsVersion: version,
    expires: isoDate,
    threshold: z.int(),
    keys: z.array(z.object({ keyId, here: z.boolean() })),
    onlineKeyId: keyId,
  })
  .meta({ id: 'RootStatus' })

export type TufKey = z.infer<typeof tufKey>
export type TufRoot = z.infer<typeof tufRoot>
export type TufTargets = z.infer<typeof tufTargets>
export type TufSnapshot = z.infer<typeof tufSnapshot>
export type TufTimestamp = z.infer<typeof tufTimestamp>
export type RootDraft = z.infer<typeof rootDraft>
export type TufKeys = z.infer<typeof tufKeys>
export type TufRevocations = z.infer<typeof tufRevocations>
export type RootStatus = z.infer<typeof rootStatus>
