import type { RegistryStore } from '../store/open-store.ts'
import { starredBy } from '../packages/star.ts'
import { accessHandlers } from './access.ts'
import { auditHandlers } from './audit.ts'
import { distTagHandlers } from './dist-tags.ts'
import { type RoutePattern, pattern } from './match-route.ts'
import type { NpmHandler } from './npm-request.ts'
import type { PackumentReader } from './packuments.ts'
import { profileHandlers } from './profile.ts'
import { publishHandlers, removedTarballHandler, unpublishHandler } from './publish.ts'
import { searchHandler } from './search.ts'
import { signInHandlers } from './sign-in.ts'
import { signatureHandlers } from './signatures.ts'
import { stageHandlers } from './stage.ts'
import { tokenHandlers } from './tokens.ts'
import { trustHandlers } from './trust.ts'

/** Every path of npm's registry protocol, in the order of npm's own commands. `HEAD` is served as `GET`. */
export function npmRoutes(
  store: RegistryStore,
  reads: { readonly packuments: PackumentReader; readonly tarball: NpmHandler },
): readonly RoutePattern<NpmHandler>[] {
  return [...accountRoutes(store), ...packageRoutes(store), ...publishRoutes(store, reads), ...commonRoutes(store)]
}

function accountRoutes(store: RegistryStore): readonly RoutePattern<NpmHandler>[] {
  const signIn = signInHandlers(store)
  const tokens = tokenHandlers(store)
  const profile = profileHandlers(store)
  return [
    pattern('PUT /-/user/:user', signIn.putUser),
    pattern('PUT /-/user/:user/-rev/:rev', signIn.putUser),
    pattern('GET /-/user/:user', signIn.getUser),
    pattern('DELETE /-/user/token/:token', signIn.logout),
    pattern('POST /-/v1/login', signIn.startWebLogin),
    pattern('GET /-/v1/done/:doneId', signIn.pollWebLogin),
    pattern('GET /-/whoami', signIn.whoami),
    pattern('GET /-/npm/v1/user', profile.getProfile),
    pattern('POST /-/npm/v1/user', profile.setProfile),
    pattern('GET /-/npm/v1/tokens', tokens.listTokens),
    pattern('POST /-/npm/v1/tokens', tokens.createToken),
    pattern('DELETE /-/npm/v1/tokens/token/:key', tokens.revokeToken),
  ]
}

function packageRoutes(store: RegistryStore): readonly RoutePattern<NpmHandler>[] {
  const access = accessHandlers(store)
  const tags = distTagHandlers(store)
  const trust = trustHandlers(store)
  return [
    pattern('GET /-/package/:package/dist-tags', tags.listTags),
    pattern('PUT /-/package/:package/dist-tags/:tag', tags.moveTag),
    pattern('POST /-/package/:package/dist-tags/:tag', tags.moveTag),
    pattern('DELETE /-/package/:package/dist-tags/:tag', tags.removeTag),
    pattern('GET /-/package/:package/visibility', access.visibility),
    pattern('POST /-/package/:package/access', access.setAccess),
    pattern('GET /-/package/:package/collaborators', access.collaborators),
    pattern('GET /-/package/:package/trust', trust.list),
    pattern('POST /-/package/:package/trust', trust.add),
    pattern('DELETE /-/package/:package/trust/:id', trust.remove),
    pattern('POST /-/npm/v1/oidc/token/exchange/package/:package', trust.exchange),
    pattern('GET /-/org/:org/package', access.packagesOfOrg),
    pattern('GET /-/org/:org/user', access.membersOfOrg),
    pattern('PUT /-/org/:org/user', access.setMember),
    pattern('DELETE /-/org/:org/user', access.removeMember),
    pattern('GET /-/user/:user/package', access.packagesOfUser),
  ]
}

function publishRoutes(
  store: RegistryStore,
  { packuments, tarball }: { readonly packuments: PackumentReader; readonly tarball: NpmHandler },
): readonly RoutePattern<NpmHandler>[] {
  const publish = publishHandlers(store)
  const stage = stageHandlers(store)
  return [
    pattern('GET /:package', packuments.packument),
    pattern('GET /:package/-/:file', tarball),
    pattern('GET /:package/:version', packuments.version),
    pattern('PUT /:package', publish.put),
    pattern('PUT /:package/-rev/:rev', publish.put),
    pattern('DELETE /:package/-rev/:rev', unpublishHandler(store)),
    pattern('DELETE /:package/-/:file/-rev/:rev', removedTarballHandler(store)),
    pattern('POST /-/stage/package/:package', publish.stage),
    pattern('GET /-/stage', stage.list),
    pattern('GET /-/stage/:id', stage.view),
    pattern('GET /-/stage/:id/tarball', stage.download),
    pattern('POST /-/stage/:id/approve', stage.approve),
    pattern('DELETE /-/stage/:id', stage.reject),
  ]
}

function commonRoutes(store: RegistryStore): readonly RoutePattern<NpmHandler>[] {
  const audit = auditHandlers(store)
  const signatures = signatureHandlers(store)
  return [
    pattern('GET /-/ping', async () => ({ body: {} })),
    pattern('GET /-/v1/search', searchHandler(store)),
    pattern('POST /-/npm/v1/security/advisories/bulk', audit.bulk),
    pattern('POST /-/npm/v1/security/audits', audit.tree),
    pattern('POST /-/npm/v1/security/audits/quick', audit.tree),
    pattern('GET /-/npm/v1/keys', signatures.keys),
    pattern('GET /-/npm/v1/attestations/:spec', signatures.attestations),
    pattern('GET /-/_view/starredByUser', async ({ query }) => {
      const names = await starredBy(store, (query.get('key') ?? '').replaceAll('"', ''))
      return { body: { rows: names.map((value) => ({ value })) } }
    }),
  ]
}
