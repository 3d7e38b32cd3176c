import type { JsonObject } from '@nexus/plugin-api'
import { isJsonObject, metaOf } from '../json-rpc.ts'

/** `params` with another progress token; the client's own token never leaves the host, so that none can collide. */
export function withProgressToken(params: JsonObject | undefined, token: number): JsonObject | undefined {
  const meta = metaOf(params)
  if (meta?.['progressToken'] === undefined) return params
  return { ...params, _meta: { ...meta, progressToken: token } }
}

/** The params of a progress notification with the client's token put back. */
export function restoreProgressToken(
  sent: JsonObject | undefined,
  notified: JsonObject | undefined,
): JsonObject | undefined {
  const token = metaOf(sent)?.['progressToken']
  if (token === undefined || !isJsonObject(notified)) return undefined
  return { ...notified, progressToken: token }
}
