import type { JsonObject } from '@nexus/plugin-api'
import { metaOf } from '../json-rpc.ts'
import { META_CLIENT_CAPABILITIES, META_CLIENT_INFO, META_LOG_LEVEL, META_VERSION } from '../protocol.ts'
import type { Exchange } from './connection.ts'
import { HOST_ENVELOPE } from './hello.ts'

/** `params` for a server of the modern revision: with what the client said of itself, else what the host says. */
export function withEnvelope(params: JsonObject | undefined, { client }: Pick<Exchange, 'client'>): JsonObject {
  const own: JsonObject =
    client === undefined
      ? {}
      : {
          [META_CLIENT_CAPABILITIES]: client.capabilities,
          ...(client.info === undefined ? {} : { [META_CLIENT_INFO]: client.info }),
          ...(client.logLevel === undefined ? {} : { [META_LOG_LEVEL]: client.logLevel }),
        }
  return { ...params, _meta: { ...HOST_ENVELOPE, ...own, ...metaOf(params) } }
}

/** `params` for a server of the legacy revisions: it heard the same in the handshake, and some take it for the other era. */
export function withoutEnvelope(params: JsonObject | undefined): JsonObject | undefined {
  const meta = metaOf(params)
  if (meta === undefined || !(META_VERSION in meta)) return params
  const {
    [META_VERSION]: _version,
    [META_CLIENT_CAPABILITIES]: _capabilities,
    [META_CLIENT_INFO]: _info,
    [META_LOG_LEVEL]: _level,
    ...own
  } = meta
  const { _meta, ...rest } = params ?? {}
  return Object.keys(own).length === 0 ? rest : { ...rest, _meta: own }
}
