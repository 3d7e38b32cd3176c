import { EntitySchema } from 'typeorm'
import type { ProofMethod, TrustClaims, TrustKind } from '../../contract/namespaces.ts'
import { belongsTo, text, time } from './columns.ts'
import { PUBLISHER } from './publisher-rows.ts'

/** How many writes of a publisher ask for a second factor, whatever its members want for themselves. */
export interface PublisherPolicyRow {
  publisherId: string
  secondFactor: string
}

/** A domain that a publisher says is its own, and whether it showed that. */
export interface NamespaceProofRow {
  publisherId: string
  domain: string
  /** What the domain must show. Not a secret. */
  challenge: string
  method: ProofMethod | null
  createdAt: string
  provenAt: string | null
  checkedAt: string | null
  /** Since when the domain no longer shows it; the proof ends when that lasts. */
  failingSince: string | null
}

/** A name nobody may take: of a publisher, or of a package without a scope. */
export interface ReservedNameRow {
  name: string
  reason: string
  createdAt: string
}

/** Whose workflow may publish a package without a token. */
export interface TrustRow {
  id: string
  packageName: string
  kind: TrustKind
  issuer: string
  claims: TrustClaims
  permissions: readonly string[]
  createdBy: string
  createdAt: string
}

/** An identity token that was exchanged: it is not believed twice. */
export interface UsedIdentityRow {
  /** SHA-256 of issuer and token id. */
  id: string
  expiresAt: string
}

export const publisherPolicies = new EntitySchema<PublisherPolicyRow>({
  name: 'registry_publisher_policy',
  columns: { publisherId: { ...text(40), primary: true }, secondFactor: text(20) },
  foreignKeys: belongsTo(PUBLISHER, 'publisherId'),
})

export const namespaceProofs = new EntitySchema<NamespaceProofRow>({
  name: 'registry_namespace_proof',
  columns: {
    publisherId: { ...text(40), primary: true },
    domain: text(253),
    challenge: text(64),
    method: { ...text(20), nullable: true },
    createdAt: time,
    provenAt: { ...time, nullable: true },
    checkedAt: { ...time, nullable: true },
    failingSince: { ...time, nullable: true },
  },
  foreignKeys: belongsTo(PUBLISHER, 'publisherId'),
})

export const reservedNames = new EntitySchema<ReservedNameRow>({
  name: 'registry_reserved_name',
  columns: { name: { ...text(214), primary: true }, reason: text(200), createdAt: time },
})

export const trusts = new EntitySchema<TrustRow>({
  name: 'registry_trust',
  columns: {
    id: { ...text(36), primary: true },
    packageName: text(214),
    kind: text(20),
    issuer: text(300),
    claims: { type: 'simple-json' },
    permissions: { type: 'simple-json' },
    createdBy: text(80),
    createdAt: time,
  },
  indices: [{ name: 'registry_trust_package', columns: ['packageName'] }],
})

export const usedIdentities = new EntitySchema<UsedIdentityRow>({
  name: 'registry_used_identity',
  columns: { id: { ...text(64), primary: true }, expiresAt: time },
})
