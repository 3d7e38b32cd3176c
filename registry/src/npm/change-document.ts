import { z } from 'zod'
import type { Actor } from '../accounts/actor.ts'
import { requireManage, requirePublish } from '../accounts/permissions.ts'
import { registryError } from '../errors.ts'
import { changeMaintainers } from '../packages/change-maintainers.ts'
import { changedWarnings, deprecateVersions } from '../packages/deprecate.ts'
import { loadPackage, packageNotFound } from '../packages/find-package.ts'
import { starPackage } from '../packages/star.ts'
import { unpublishVersions } from '../packages/unpublish.ts'
import type { RegistryStore } from '../store/open-store.ts'

/** A packument that a client read, changed and sends back. */
export const documentChange = z.looseObject({
  _rev: z.string().max(100).optional(),
  versions: z.record(z.string(), z.looseObject({ deprecated: z.string().max(2000).optional() })).optional(),
  maintainers: z
    .array(z.looseObject({ name: z.string().max(64) }))
    .max(200)
    .optional(),
  users: z.record(z.string(), z.unknown()).optional(),
})

interface SentBack {
  readonly name: string
  readonly change: z.output<typeof documentChange>
  /** Of the path; else the document names it. */
  readonly revision: string | undefined
}

/**
 * Does what a packument that comes back asks for: with versions it warns of some or takes some back, without them it
 * changes maintainers or a star. Whatever else is different in it is nobody's to change.
 */
export async function changeDocument(store: RegistryStore, actor: Actor, sent: SentBack): Promise<void> {
  const { name, change } = sent
  const revision = sent.revision ?? change['_rev']
  if (change.versions !== undefined) {
    await requirePublish(store, actor, name)
    await changeVersions(store, name, change.versions, sent.revision, revision)
  } else if (change.maintainers !== undefined) {
    await requireManage(store, actor, name)
    await changeMaintainers(
      store,
      name,
      change.maintainers.map((maintainer) => maintainer.name),
      revision,
    )
  } else if (change.users !== undefined) {
    if (actor.kind !== 'account') {
      throw registryError('FORBIDDEN', 'Expected an account to star a package, found a token of nobody.')
    }
    await starPackage(store, name, actor.name, Object.hasOwn(change.users, actor.name))
  }
}

async function changeVersions(
  store: RegistryStore,
  name: string,
  versions: NonNullable<SentBack['change']['versions']>,
  revisionOfPath: string | undefined,
  revision: string | undefined,
): Promise<void> {
  const document = await loadPackage(store, name)
  if (document === undefined) throw packageNotFound(name)
  const gone = document.versions.filter(
    ({ version, unpublishedAt }) => unpublishedAt === null && !Object.hasOwn(versions, version),
  )
  // Only a client that unpublishes names the revision in the path; a document may lack versions for other reasons.
  if (gone.length > 0 && revisionOfPath !== undefined) {
    await unpublishVersions(
      store,
      name,
      gone.map(({ version }) => version),
      revisionOfPath,
    )
    return
  }
  const warnings = changedWarnings(document.versions, versions)
  if (warnings.size > 0) await deprecateVersions(store, name, warnings, revision)
}
