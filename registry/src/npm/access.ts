import { z } from 'zod'
import { mayRead, requireManage } from '../accounts/permissions.ts'
import type { MemberRole } from '../contract/accounts.ts'
import { registryError } from '../errors.ts'
import { changePackage } from '../packages/change-package.ts'
import { findPackage, packageNotFound } from '../packages/find-package.ts'
import { collaboratorsOf, packagesOfAccount, packagesOfPublisher } from '../packages/list-packages.ts'
import { scopeOf } from '../packages/names.ts'
import { getPublisher } from '../publishers/get-publisher.ts'
import { listMembers, removeMember, setMember } from '../publishers/members.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { pluginRestricted } from '../releases/admit-release.ts'
import { packages } from '../store/rows/package-rows.ts'
import { plugins } from '../store/rows/release-rows.ts'
import { type NpmAnswer, type NpmHandler, type NpmRequest, param } from './npm-request.ts'
import { requireReader } from './packuments.ts'
import { readJson } from './read-body.ts'

const accessDocument = z.looseObject({
  access: z.enum(['public', 'restricted', 'private']).optional(),
  publish_requires_tfa: z.boolean().optional(),
})

const memberDocument = z.looseObject({
  user: z.string().max(64),
  role: z.enum(['owner', 'admin', 'developer']).default('developer'),
})
const leavingDocument = z.looseObject({ user: z.string().max(64) })

/** npm's words for roles. Whoever npm calls an admin may do no more here than a maintainer. */
const ROLES = { owner: 'owner', admin: 'maintainer', developer: 'maintainer' } as const satisfies Record<
  string,
  MemberRole
>

/** `npm access` and `npm org`. */
export function accessHandlers(store: RegistryStore) {
  return {
    async visibility(input) {
      const name = param(input, 'package')
      const row = await findPackage(store, name)
      if (row === null) throw packageNotFound(name)
      if (row.access === 'restricted') await requireReader(store, input, name)
      return { body: { public: row.access === 'public' } }
    },
    setAccess: (input) => setAccess(store, input),
    async collaborators(input) {
      const name = param(input, 'package')
      const row = await findPackage(store, name)
      if (row === null) throw packageNotFound(name)
      if (row.access === 'restricted') await requireReader(store, input, name)
      return { body: await collaboratorsOf(store, name) }
    },
    async packagesOfOrg(input) {
      await getPublisher(store, param(input, 'org'))
      return { body: await readable(store, input, await packagesOfPublisher(store, param(input, 'org'))) }
    },
    packagesOfUser: async (input) => ({
      body: await readable(store, input, await packagesOfAccount(store, param(input, 'user'))),
    }),
    async membersOfOrg(input) {
      const members = await listMembers(store, param(input, 'org'))
      return {
        body: Object.fromEntries(
          members.map(({ account, role }) => [account, role === 'owner' ? 'owner' : 'developer']),
        ),
      }
    },
    async setMember(input) {
      const org = param(input, 'org')
      await requireManage(store, await input.actor(), `@${org}`)
      const { user, role } = await readJson(input.request, memberDocument)
      await setMember(store, org, user.replace(/^@/, ''), ROLES[role])
      const { length } = await listMembers(store, org)
      return { body: { org: { name: org, size: length }, user, role } }
    },
    async removeMember(input) {
      const org = param(input, 'org')
      await requireManage(store, await input.actor(), `@${org}`)
      const { user } = await readJson(input.request, leavingDocument)
      await removeMember(store, org, user.replace(/^@/, ''))
      return { body: { ok: true } }
    },
  } as const satisfies Record<string, NpmHandler>
}

/** Public or restricted, and whether publishing asks everybody for a second factor. */
async function setAccess(store: RegistryStore, input: NpmRequest): Promise<NpmAnswer> {
  const name = param(input, 'package')
  await requireManage(store, await input.actor(), name)
  const document = await readJson(input.request, accessDocument)
  if (document.access !== undefined && document.access !== 'public' && scopeOf(name) === null) {
    throw registryError('REQUEST_INVALID', 'Expected a package with a scope, found one without: those are public.')
  }
  await changePackage(store, name, async (manager, row) => {
    const access = document.access === undefined ? row.access : document.access === 'public' ? 'public' : 'restricted'
    if (access === 'restricted' && (await manager.existsBy(plugins, { id: name.slice(1) })))
      throw pluginRestricted(name)
    const requireSecondFactor = document.publish_requires_tfa ?? row.requireSecondFactor
    await manager.update(packages, { name }, { access, requireSecondFactor })
  })
  return { body: { ok: true } }
}

/** What npm prints for each package that the caller may see. */
async function readable(
  store: RegistryStore,
  input: NpmRequest,
  found: readonly { readonly name: string; readonly access: string }[],
): Promise<Readonly<Record<string, 'write'>>> {
  const actor = await input.actor()
  const shown: [string, 'write'][] = []
  for (const { name, access } of found) {
    if (access === 'public' || (await mayRead(store, actor, name))) shown.push([name, 'write'])
  }
  return Object.fromEntries(shown)
}
