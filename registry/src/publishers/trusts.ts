import { randomUUID } from 'node:crypto'
import { actorName } from '../accounts/actor-name.ts'
import type { Actor } from '../accounts/actor.ts'
import { type Trust, type TrustRequest, trustPermission } from '../contract/namespaces.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { isNull } from '../store/query.ts'
import { type TrustRow, trusts } from '../store/rows/namespace-rows.ts'
import { tokens } from '../store/rows/token-rows.ts'
import { publisherError } from './errors.ts'
import { TRUSTS_PER_PACKAGE } from './limits.ts'
import { checkTrustClaims, issuerOf } from './trust-claims.ts'

/** Whose workflows may publish a package, oldest first. */
export async function listTrusts(store: RegistryStore, packageName: string): Promise<readonly Trust[]> {
  const rows = await store.database
    .getRepository(trusts)
    .find({ where: { packageName }, order: { createdAt: 'ASC', id: 'ASC' } })
  return rows.map(toTrust)
}

/** Lets the workflows with these claims publish a package. The caller has checked who asks. */
export async function addTrust(
  store: RegistryStore,
  packageName: string,
  request: TrustRequest,
  actor: Actor | undefined,
): Promise<Trust> {
  const issuer = issuerOf(request.kind, request.issuer)
  checkTrustClaims(request.kind, request.claims)
  if (!store.accounts.oidcIssuers.includes(issuer)) {
    throw publisherError(
      'TRUST_INVALID',
      `Expected an issuer that this registry knows, found ${issuer}. Its operator may name it in NEXUS_REGISTRY_OIDC_ISSUERS.`,
    )
  }
  const row: TrustRow = {
    id: randomUUID(),
    packageName,
    kind: request.kind,
    issuer,
    claims: request.claims,
    permissions: request.permissions ?? ['createPackage'],
    createdBy: actorName(actor),
    createdAt: new Date().toISOString(),
  }
  const rows = store.database.getRepository(trusts)
  if ((await rows.countBy({ packageName })) >= TRUSTS_PER_PACKAGE) {
    throw publisherError('TRUST_INVALID', `Expected at most ${TRUSTS_PER_PACKAGE} for one package, found as many.`)
  }
  await rows.insert(row)
  store.accounts.report('trust.added', { package: packageName, trust: row.id, by: row.createdBy })
  return toTrust(row)
}

/** Ends trust; the tokens it gave stop working at once. */
export async function removeTrust(store: RegistryStore, packageName: string, id: string): Promise<void> {
  await store.database.transaction(async (manager) => {
    const { affected } = await manager.delete(trusts, { id, packageName })
    if (affected !== 1) {
      throw publisherError('TRUST_NOT_FOUND', `Expected ${packageName} to trust this publisher, found that not.`)
    }
    await manager.update(tokens, { trustId: id, revokedAt: isNull() }, { revokedAt: new Date().toISOString() })
  })
  store.accounts.report('trust.removed', { package: packageName, trust: id })
}

function toTrust({ id, packageName, kind, issuer, claims, permissions, createdAt }: TrustRow): Trust {
  return {
    id,
    package: packageName,
    kind,
    issuer,
    claims,
    permissions: trustPermission.array().parse(permissions),
    createdAt,
  }
}
