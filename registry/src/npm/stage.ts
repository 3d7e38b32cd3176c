import { pipeline } from 'node:stream/promises'
import { registryError } from '../errors.ts'
import { approve, reject, visibleStaged, visibleStagedVersion } from '../releases/decide-staged.ts'
import { asBundleDigest } from '../store/digests.ts'
import type { RegistryStore } from '../store/open-store.ts'
import type { StagedVersionRow } from '../store/rows/package-rows.ts'
import { type NpmHandler, param, requireActor } from './npm-request.ts'

const PAGE_SIZE = 100

/** `npm stage`. */
export function stageHandlers(store: RegistryStore) {
  return {
    async list(input) {
      const { query } = input
      const rows = await visibleStaged(store, await requireActor(input), query.get('package') ?? undefined)
      const page = Math.max(0, Math.trunc(Number(query.get('page') ?? 0)) || 0)
      const perPage = Math.min(
        PAGE_SIZE,
        Math.max(1, Math.trunc(Number(query.get('perPage') ?? PAGE_SIZE)) || PAGE_SIZE),
      )
      return { body: { items: rows.slice(page * perPage, (page + 1) * perPage).map(toItem), total: rows.length } }
    },
    view: async (input) => ({
      body: toItem(await visibleStagedVersion(store, await requireActor(input), param(input, 'id'))),
    }),
    async approve(input) {
      const row = await approve(store, await requireActor(input), param(input, 'id'))
      return { body: { ok: true, name: row.packageName, version: row.version } }
    },
    async reject(input) {
      await reject(store, await requireActor(input), param(input, 'id'))
      return { body: { ok: true } }
    },
    async download(input) {
      const row = await visibleStagedVersion(store, await requireActor(input), param(input, 'id'))
      const file = await store.blobs.open(asBundleDigest(row.bundleDigest))
      if (file === undefined) throw registryError('BLOB_NOT_FOUND', 'Expected the staged bundle, found none.')
      input.response.writeHead(200, {
        'content-type': 'application/octet-stream',
        'content-length': row.size,
        'cache-control': 'private, no-store',
      })
      await pipeline(file.createReadStream(), input.response)
      return undefined
    },
  } as const satisfies Record<string, NpmHandler>
}

function toItem(row: StagedVersionRow) {
  return {
    id: row.id,
    packageName: row.packageName,
    version: row.version,
    tag: row.tag,
    createdAt: row.stagedAt,
    actor: row.stagedBy,
    actorType: row.author.kind,
    status: row.held ? 'held' : 'staged',
    reason: row.reason,
    integrity: row.bundleDigest,
    size: row.size,
  }
}
