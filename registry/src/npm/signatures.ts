import { packageError } from '../packages/errors.ts'
import { findPackage, requireVersion } from '../packages/find-package.ts'
import { toNpmKey } from '../signing/dist-signature.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { type NpmHandler, param } from './npm-request.ts'
import { requireReader } from './packuments.ts'

/** What `npm audit signatures` asks for. */
export function signatureHandlers(store: RegistryStore) {
  return {
    keys: async () => ({ body: { keys: store.keys.trusted('dist').map(toNpmKey) } }),
    async attestations(input) {
      const spec = param(input, 'spec')
      const at = spec.lastIndexOf('@')
      const name = spec.slice(0, at)
      const row = await requireVersion(store, name, spec.slice(at + 1))
      if ((await findPackage(store, name))?.access === 'restricted') await requireReader(store, input, name)
      if (row.attestations === null) {
        throw packageError('VERSION_NOT_FOUND', `Expected attestations of ${spec.slice(0, 300)}, found none.`)
      }
      return { body: { attestations: JSON.parse(row.attestations) } }
    },
  } as const satisfies Record<string, NpmHandler>
}
