import type { Bridge } from '../bridge.ts'
import { expectText } from '../guest-error.ts'
import { freeze } from '../primordials.ts'

/** `context.secrets` */
export function createSecrets(bridge: Bridge): object {
  return freeze({
    read: async (field: unknown) => bridge.ask('secrets.read', { field: expectText(field, 'the field') }),
  })
}
