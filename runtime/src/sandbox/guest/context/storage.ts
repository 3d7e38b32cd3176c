import type { Bridge } from '../bridge.ts'
import { expectText, own } from '../guest-error.ts'
import { HostTypeError, freeze, parseJson, toJson } from '../primordials.ts'

/** `context.storage` */
export function createStorage(bridge: Bridge): object {
  return freeze({
    async get(key: unknown) {
      const text = await bridge.ask('storage.get', { key: expectText(key, 'the key') })
      return typeof text === 'string' ? (parseJson(text) as unknown) : undefined
    },
    async set(key: unknown, value: unknown) {
      const text = toJson(value)
      if (typeof text !== 'string') throw new HostTypeError('Expected a JSON value, found undefined or a function.')
      await bridge.ask('storage.set', { key: expectText(key, 'the key'), value: text })
    },
    delete: async (key: unknown) => bridge.ask('storage.delete', { key: expectText(key, 'the key') }),
    list: async (options: unknown = {}) =>
      bridge.ask('storage.list', {
        prefix: own(options, 'prefix'),
        after: own(options, 'after'),
        limit: own(options, 'limit'),
      }),
  })
}
