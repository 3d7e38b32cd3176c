import type { Actor } from '../../accounts/actor.ts'
import { requireManage, requireSecondFactor } from '../../accounts/permissions.ts'
import type { namespaceRoutes } from '../../contract/routes/namespaces.ts'
import { exchangeIdentity } from '../../publishers/exchange-identity.ts'
import { getPublisher } from '../../publishers/get-publisher.ts'
import { listMembers, removeMember, setMember, transferPublisher } from '../../publishers/members.ts'
import { checkNewName } from '../../publishers/names/check-new-name.ts'
import { listReservedNames, releaseName, reserveName } from '../../publishers/names/reserved-names.ts'
import { beginProof, checkProof, getProof, removeProof } from '../../publishers/namespace-proof.ts'
import { setPublishPolicy } from '../../publishers/publish-policy.ts'
import { addTrust, listTrusts, removeTrust } from '../../publishers/trusts.ts'
import type { RegistryStore } from '../../store/open-store.ts'
import type { HandlersOf } from '../handler-types.ts'

type Area = HandlersOf<typeof namespaceRoutes>

export function namespaceHandlers(store: RegistryStore): Area {
  return { ...memberHandlers(store), ...proofHandlers(store), ...nameHandlers(store), ...trustHandlers(store) }
}

function memberHandlers(
  store: RegistryStore,
): Pick<Area, 'members' | 'setMember' | 'removeMember' | 'transferPublisher' | 'setPublishPolicy'> {
  return {
    async members({ params }) {
      await getPublisher(store, params.publisher)
      return { items: [...(await listMembers(store, params.publisher))] }
    },
    async setMember({ actor, params, body }) {
      await requireManage(store, actor, `@${params.publisher}`)
      await setMember(store, params.publisher, params.account, body.role)
    },
    async removeMember({ actor, params }) {
      if (isThemselves(actor, params.account)) requireSecondFactor(actor)
      else await requireManage(store, actor, `@${params.publisher}`)
      await removeMember(store, params.publisher, params.account)
    },
    async transferPublisher({ actor, params, body }) {
      await requireManage(store, actor, `@${params.publisher}`)
      await transferPublisher(store, params.publisher, body.to)
    },
    async setPublishPolicy({ actor, params, body }) {
      await requireManage(store, actor, `@${params.publisher}`)
      await getPublisher(store, params.publisher)
      await setPublishPolicy(store, params.publisher, body.secondFactor)
    },
  }
}

/** Leaving needs no owner, but a token that may change the account. */
function isThemselves(actor: Actor | undefined, account: string): boolean {
  return actor?.kind === 'account' && actor.name === account && actor.scopes.includes('account')
}

function proofHandlers(
  store: RegistryStore,
): Pick<Area, 'namespaceProof' | 'beginNamespaceProof' | 'checkNamespaceProof' | 'removeNamespaceProof'> {
  return {
    async namespaceProof({ actor, params }) {
      await requireManage(store, actor, `@${params.publisher}`)
      return getProof(store, params.publisher)
    },
    async beginNamespaceProof({ actor, params, body }) {
      await requireManage(store, actor, `@${params.publisher}`)
      await getPublisher(store, params.publisher)
      return beginProof(store, params.publisher, body.domain)
    },
    async checkNamespaceProof({ actor, params }) {
      await requireManage(store, actor, `@${params.publisher}`)
      return checkProof(store, params.publisher)
    },
    async removeNamespaceProof({ actor, params }) {
      await requireManage(store, actor, `@${params.publisher}`)
      await removeProof(store, params.publisher)
    },
  }
}

function nameHandlers(store: RegistryStore): Pick<Area, 'checkName' | 'reservedNames' | 'reserveName' | 'releaseName'> {
  return {
    checkName: ({ query }) => checkNewName(store, undefined, query.name),
    reservedNames: async () => ({ items: [...(await listReservedNames(store))] }),
    reserveName: ({ params, body }) => reserveName(store, params.name, body.reason),
    releaseName: ({ params }) => releaseName(store, params.name),
  }
}

function trustHandlers(store: RegistryStore): Pick<Area, 'trusts' | 'addTrust' | 'removeTrust' | 'exchangeIdentity'> {
  return {
    async trusts({ actor, query }) {
      await requireManage(store, actor, query.package)
      return { items: [...(await listTrusts(store, query.package))] }
    },
    async addTrust({ actor, query, body }) {
      await requireManage(store, actor, query.package)
      return addTrust(store, query.package, body, actor)
    },
    async removeTrust({ actor, params, query }) {
      await requireManage(store, actor, query.package)
      await removeTrust(store, query.package, params.trustId)
    },
    exchangeIdentity: ({ body, caller }) =>
      exchangeIdentity(store, {
        packageName: body.package,
        identityToken: body.identityToken,
        host: new URL(caller.publicUrl).hostname,
      }),
  }
}
