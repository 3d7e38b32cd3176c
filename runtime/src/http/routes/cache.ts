import type { ToolCacheRow } from '../../store/cached-result.ts'
import type { ServedRoute } from '../exchange.ts'
import { httpError } from '../errors.ts'
import type { HttpPorts } from '../ports.ts'
import { serveRoute } from '../serve-route.ts'

/** Results that are given again without asking the server. */
export function cacheRoutes({ cache }: Pick<HttpPorts, 'cache'>): readonly ServedRoute[] {
  return [
    serveRoute('cache', async ({ principal: { workspaceId } }) => {
      const { resource, tool, bytes, entries, evicted } = cache.readings(workspaceId)
      const items = (await cache.list(workspaceId)).map(cachedToolView)
      return { items, resources: resource, tools: tool, memory: { bytes, entries, evicted } }
    }),
    serveRoute('putCachedTool', async ({ params, body, principal, requestId }) => {
      const { ttlSeconds, scope, forced } = body
      const change = { ttlMs: ttlSeconds * 1000, scope, forced }
      return cachedToolView(await cache.set(principal, params.id, params.tool, change, requestId))
    }),
    serveRoute('removeCachedTool', async ({ params, principal, requestId }) => {
      if (await cache.remove(principal, params.id, params.tool, requestId)) return
      throw httpError('HTTP_NOT_FOUND', 'Expected a tool whose results are given again, found none of that name.')
    }),
    serveRoute('clearCache', async ({ body, principal, requestId }) => ({
      forgotten: cache.clear(principal, body.installationId, requestId),
    })),
  ]
}

function cachedToolView({ installationId, tool, ttlMs, scope, forced, updatedAt }: ToolCacheRow) {
  const ttlSeconds = Math.round(ttlMs / 1000)
  return { installationId, tool, ttlSeconds, scope, forced, updatedAt: updatedAt.toISOString() }
}
