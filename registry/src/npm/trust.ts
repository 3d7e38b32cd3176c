import { z } from 'zod'
import { requireManage } from '../accounts/permissions.ts'
import { type Trust, trustRequest } from '../contract/namespaces.ts'
import { registryError } from '../errors.ts'
import { exchangeIdentity } from '../publishers/exchange-identity.ts'
import { addTrust, listTrusts, removeTrust } from '../publishers/trusts.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { npmError } from './errors.ts'
import { type NpmHandler, param } from './npm-request.ts'
import { readJson } from './read-body.ts'

/** npm sends a list with one record. */
const trustDocument = z
  .array(
    z.looseObject({ type: z.string().max(20), claims: z.record(z.string(), z.unknown()), permissions: z.unknown() }),
  )
  .length(1)

/** `npm trust`, and the exchange of a workflow's identity for a token. */
export function trustHandlers(store: RegistryStore) {
  return {
    async list(input) {
      const name = param(input, 'package')
      await requireManage(store, await input.actor(), name)
      return { body: (await listTrusts(store, name)).map(toNpmTrust) }
    },
    async add(input) {
      const name = param(input, 'package')
      const actor = await input.actor()
      await requireManage(store, actor, name)
      const [document] = await readJson(input.request, trustDocument)
      const request = trustRequest.safeParse({
        kind: document?.type,
        claims: document?.claims,
        permissions: document?.permissions,
      })
      if (!request.success) {
        throw npmError('NPM_BODY', 'Expected trust in workflows of GitHub or GitLab, found something else.')
      }
      return { status: 201, body: [toNpmTrust(await addTrust(store, name, request.data, actor))] }
    },
    async remove(input) {
      const name = param(input, 'package')
      await requireManage(store, await input.actor(), name)
      await removeTrust(store, name, param(input, 'id'))
      return { body: { ok: true } }
    },
    async exchange(input) {
      const identity = /^Bearer (\S{16,16000})$/i.exec(input.request.headers.authorization ?? '')?.[1]
      if (identity === undefined)
        throw registryError('UNAUTHENTICATED', 'Expected the identity of a workflow, found none.')
      const { hostname } = new URL(input.caller.publicUrl)
      const packageName = param(input, 'package')
      const { token, expiresAt } = await exchangeIdentity(store, {
        packageName,
        identityToken: identity,
        host: hostname,
      })
      return { status: 201, body: { token, expires: expiresAt } }
    },
  } as const satisfies Record<string, NpmHandler>
}

function toNpmTrust({ id, kind, claims, permissions }: Trust) {
  return { id, type: kind, claims, permissions }
}
