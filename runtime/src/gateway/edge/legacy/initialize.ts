import type { JsonObject } from '@nexus/plugin-api'
import { gatewayError } from '../../errors.ts'
import { isJsonObject, type RpcRequest } from '../../json-rpc.ts'
import { LATEST_LEGACY, LEGACY_VERSIONS } from '../../protocol.ts'
import type { EdgeContext, EdgeRequest } from '../edge-context.ts'
import { SERVER_INFO, serverCapabilities } from '../server-identity.ts'
import type { Door, SessionStart } from './session.ts'

/** Reads `initialize`. A version that is not known is answered with the newest that has sessions. */
export function readInitialize({ principal, target }: EdgeRequest, { params }: RpcRequest, door: Door): SessionStart {
  const version = params?.['protocolVersion']
  const capabilities = params?.['capabilities']
  const info = params?.['clientInfo']
  if (typeof version !== 'string' || !isJsonObject(capabilities)) {
    throw gatewayError(
      'PARAMS_INVALID',
      'Expected `protocolVersion` and `capabilities` in initialize, found one missing.',
    )
  }
  return {
    principal,
    target,
    door,
    protocolVersion: LEGACY_VERSIONS.has(version) ? version : LATEST_LEGACY,
    capabilities,
    info: isJsonObject(info) ? info : undefined,
  }
}

/** The answer to `initialize`. */
export async function describeServer(
  context: EdgeContext,
  { principal, target }: EdgeRequest,
  start: SessionStart,
): Promise<JsonObject> {
  const view = await context.viewOf(await context.select(target, principal))
  return {
    protocolVersion: start.protocolVersion,
    capabilities: serverCapabilities(view),
    serverInfo: SERVER_INFO,
    ...(view.instructions === undefined ? {} : { instructions: view.instructions }),
  }
}
