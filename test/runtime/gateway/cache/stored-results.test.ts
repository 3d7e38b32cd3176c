import { expect, it } from 'vitest'
import { StoredResults } from '../../../../runtime/src/gateway/cache/stored-results.ts'
import type { CachedResultMatch } from '../../../../runtime/src/store/cached-result.ts'
import { openStore } from '../../../../runtime/src/store/open-store.ts'

it('a server that announces changes without end costs the store a bounded number of removals [G3, G7]', async () => {
  await using store = await openStore({ url: 'sqlite::memory:' })
  const removed: CachedResultMatch[] = []
  const remove = (match: CachedResultMatch) => {
    removed.push(match)
    return store.cachedResults.remove(match)
  }
  const results = new StoredResults({ ...store.cachedResults, remove })
  for (let round = 0; round < 10_000; round += 1) results.remove('files', { kind: 'resource', name: 'file:///a' })
  await results.idle()
  expect(removed).toEqual([{ kind: 'resource', name: 'file:///a', upstreamId: 'files' }])
  removed.length = 0
  for (let round = 0; round < 10_000; round += 1)
    results.remove('files', { kind: 'resource', name: `file:///${round}` })
  await results.idle()
  expect(removed).toHaveLength(65)
  expect(removed.at(-1)).toEqual({ upstreamId: 'files' })
  results.remove('files', { kind: 'tool' })
  await results.idle()
  expect(removed).toHaveLength(66)
})
