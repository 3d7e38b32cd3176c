import { z } from 'zod'
import { requirePublish } from '../accounts/permissions.ts'
import { listTags, moveTag, removeTag } from '../packages/dist-tags.ts'
import { findPackage, packageNotFound } from '../packages/find-package.ts'
import { readVersion } from '../packages/names.ts'
import type { RegistryStore } from '../store/open-store.ts'
import { type NpmHandler, param } from './npm-request.ts'
import { requireReader } from './packuments.ts'
import { readJson } from './read-body.ts'

/** `npm dist-tag`. */
export function distTagHandlers(store: RegistryStore) {
  return {
    async listTags(input) {
      const name = param(input, 'package')
      const row = await findPackage(store, name)
      if (row === null) throw packageNotFound(name)
      if (row.access === 'restricted') await requireReader(store, input, name)
      return { body: await listTags(store, name) }
    },
    async moveTag(input) {
      const name = param(input, 'package')
      await requirePublish(store, await input.actor(), name)
      const version = await readJson(input.request, z.string().max(256))
      await moveTag(store, name, param(input, 'tag'), readVersion(version))
      return { status: 201, body: { ok: 'dist-tags updated' } }
    },
    async removeTag(input) {
      const name = param(input, 'package')
      await requirePublish(store, await input.actor(), name)
      await removeTag(store, name, param(input, 'tag'))
      return { body: { ok: 'dist-tags updated' } }
    },
  } as const satisfies Record<string, NpmHandler>
}
