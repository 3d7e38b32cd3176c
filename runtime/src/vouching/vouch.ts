import { errorCode } from '@nexus/plugin-api'
import { registryRoutes as routes } from '@nexus/registry/contract'
import type { RegistryCaller } from '../install/index.ts'
import type { HostKey } from './host-key.ts'
import { signStatement } from './sign-statement.ts'

/** Says something to the registry in this host's name. */
export interface Vouch {
  /** Signs `payload` for the registry and hands it to `send`, registering the host where that is new. */
  say<Answer>(payload: object, send: (statement: string) => Promise<Answer>): Promise<Answer>
}

/** `registryId` is the fingerprint of the registry's key as this host pinned it: another registry cannot use a statement. */
export function createVouch(caller: RegistryCaller, key: HostKey, registryId: () => string): Vouch {
  let last = 0
  const sign = (payload: object): string => {
    // Never twice the same time: of two statements the registry must know the newer.
    last = Math.max(Date.now(), last + 1)
    return signStatement(key, { registry: registryId(), signedAt: new Date(last).toISOString(), ...payload })
  }
  const register = () =>
    caller.call(routes.registerHost, {
      json: { publicKey: key.publicKey, statement: sign({ kind: 'host.register' }) },
    })
  return {
    async say(payload, send) {
      try {
        return await send(sign(payload))
      } catch (error) {
        if (!isUnknownHost(error)) throw error
        await register()
        return send(sign(payload))
      }
    },
  }
}

function isUnknownHost(error: unknown): boolean {
  if (errorCode(error) !== 'REGISTRY_REFUSED' || !(error instanceof Error) || !('details' in error)) return false
  const { details } = error
  return typeof details === 'object' && details !== null && 'code' in details && details.code === 'HOST_UNKNOWN'
}
