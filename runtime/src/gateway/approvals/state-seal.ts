import type { JsonObject } from '@nexus/plugin-api'
import { seal, unseal } from '../../secrets/seal.ts'
import type { StateKeys } from '../bridge/state-keys.ts'
import { MAX_STATE_BYTES } from '../bridge/limits.ts'
import { isJsonObject } from '../json-rpc.ts'
import type { StateSeal } from './approval-state.ts'

/** Seals with the keys of request states. How long a state is good for, its approval in the store says. */
export function createStateSeal(keys: Pick<StateKeys, 'current' | 'find'>): StateSeal {
  const contextOf = (bound: string) => `nexus approval state ${bound}`
  return {
    seal(bound, payload) {
      const { id, key } = keys.current()
      return `${id}.${seal(key, Buffer.from(JSON.stringify(payload)), contextOf(bound))}`
    },
    open(bound, text) {
      // Room for the state of the upstream within ours, sealed twice.
      if (text.length > 2 * MAX_STATE_BYTES) return undefined
      const dot = text.indexOf('.')
      const key = keys.find(text.slice(0, dot))
      const plain = key === undefined ? undefined : unseal(key, text.slice(dot + 1), contextOf(bound))
      if (plain === undefined) return undefined
      const payload: JsonObject = JSON.parse(plain.toString('utf8'))
      return isJsonObject(payload) ? payload : undefined
    },
  }
}
