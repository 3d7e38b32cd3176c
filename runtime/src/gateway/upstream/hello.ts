import { z } from 'zod'
import type { JsonObject } from '@nexus/plugin-api'
import { gatewayError } from '../errors.ts'
import { isJsonObject } from '../json-rpc.ts'
import {
  LATEST_LEGACY,
  LEGACY_VERSIONS,
  META_CLIENT_CAPABILITIES,
  META_CLIENT_INFO,
  META_SERVER_INFO,
  META_VERSION,
  MODERN_VERSION,
} from '../protocol.ts'
import type { Hello } from './connection.ts'

/** What the host says about itself to upstreams. */
export const HOST_INFO = { name: 'nexus', version: '0.1.0' } as const

/**
 * A legacy session is shared by many clients, so it declares what any of them may be able to do; a request that the
 * client behind the call cannot answer is refused when it comes.
 */
export const HOST_CAPABILITIES: JsonObject = {
  elicitation: { form: {}, url: {} },
  sampling: {},
  roots: { listChanged: false },
}

/** The envelope of a request that the host makes for itself. */
export const HOST_ENVELOPE: JsonObject = {
  [META_VERSION]: MODERN_VERSION,
  [META_CLIENT_INFO]: HOST_INFO,
  [META_CLIENT_CAPABILITIES]: HOST_CAPABILITIES,
}

const serverInfo = z.looseObject({ name: z.string().max(200), version: z.string().max(200) })
const initializeResult = z.looseObject({
  protocolVersion: z.string(),
  capabilities: z.record(z.string(), z.unknown()),
  serverInfo,
  instructions: z.string().optional(),
})
const discoverResult = z.looseObject({
  supportedVersions: z.array(z.string()),
  capabilities: z.record(z.string(), z.unknown()),
  instructions: z.string().optional(),
})

/** Parameters of `initialize` toward an upstream. */
export const INITIALIZE_PARAMS: JsonObject = {
  protocolVersion: LATEST_LEGACY,
  capabilities: HOST_CAPABILITIES,
  clientInfo: HOST_INFO,
}

function capabilitiesOf(result: JsonObject): JsonObject {
  const capabilities = result['capabilities']
  return isJsonObject(capabilities) ? capabilities : {}
}

/** Reads the answer to `initialize`. */
export function readInitializeResult(result: JsonObject): { readonly hello: Hello; readonly protocolVersion: string } {
  const parsed = initializeResult.safeParse(result)
  if (!parsed.success || !LEGACY_VERSIONS.has(parsed.data.protocolVersion)) {
    const found = parsed.success
      ? `protocol version ${JSON.stringify(parsed.data.protocolVersion.slice(0, 40))}`
      : parsed.error.issues.map((issue) => issue.path.join('.')).join(', ')
    throw gatewayError(
      'UPSTREAM_PROTOCOL',
      `Expected an initialize result of a known revision, found trouble in: ${found}.`,
    )
  }
  const { name, version } = parsed.data.serverInfo
  return {
    protocolVersion: parsed.data.protocolVersion,
    hello: {
      era: 'legacy',
      serverInfo: { name, version },
      instructions: parsed.data.instructions,
      capabilities: capabilitiesOf(result),
    },
  }
}

/** Reads the answer to `server/discover`. */
export function readDiscoverResult(result: JsonObject): {
  readonly hello: Hello
  readonly versions: readonly string[]
} {
  const parsed = discoverResult.safeParse(result)
  if (!parsed.success) {
    const found = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ')
    throw gatewayError('UPSTREAM_PROTOCOL', `Expected a server/discover result, found trouble in: ${found}.`)
  }
  const meta = result['_meta']
  const info = serverInfo.safeParse(isJsonObject(meta) ? meta[META_SERVER_INFO] : undefined)
  return {
    versions: parsed.data.supportedVersions,
    hello: {
      era: 'modern',
      serverInfo: info.success
        ? { name: info.data.name, version: info.data.version }
        : { name: 'unnamed', version: '0' },
      instructions: parsed.data.instructions,
      capabilities: capabilitiesOf(result),
    },
  }
}

/** Whether a server declares that it tells when its lists change. */
export function tellsOfChanges({ capabilities }: Hello): boolean {
  return ['tools', 'prompts', 'resources'].some((kind) => {
    const capability = capabilities[kind]
    return isJsonObject(capability) && capability['listChanged'] === true
  })
}
