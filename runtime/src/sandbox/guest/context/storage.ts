import type { Bridge } from '../bridge.ts'
import { codedError, expectText, own } from '../guest-error.ts'
import { HostTypeError, apply, freeze, parseJson, toJson } from '../primordials.ts'

/** How often `update` starts again because somebody else wrote in between. */
const UPDATE_TRIES = 16

interface Versioned {
  readonly value: unknown
  readonly version: number
}

/** `context.storage` */
export function createStorage(bridge: Bridge): object {
  const getVersioned = async (key: unknown): Promise<Versioned | undefined> => {
    const found = await bridge.ask('storage.getVersioned', { key: expectText(key, 'the key') })
    const text = own(found, 'value')
    const version = own(found, 'version')
    if (typeof text !== 'string' || typeof version !== 'number') return undefined
    return freeze({ value: parseJson(text) as unknown, version })
  }
  const compareAndSet = (key: unknown, expected: unknown, value: unknown): Promise<unknown> =>
    bridge.ask('storage.compareAndSet', {
      key: expectText(key, 'the key'),
      expected: expected ?? null,
      value: value === undefined ? null : jsonText(value),
    })
  return freeze({
    async get(key: unknown) {
      const text = await bridge.ask('storage.get', { key: expectText(key, 'the key') })
      return typeof text === 'string' ? (parseJson(text) as unknown) : undefined
    },
    async set(key: unknown, value: unknown) {
      await bridge.ask('storage.set', { key: expectText(key, 'the key'), value: jsonText(value) })
    },
    delete: async (key: unknown) => bridge.ask('storage.delete', { key: expectText(key, 'the key') }),
    list: async (options: unknown = {}) =>
      bridge.ask('storage.list', {
        prefix: own(options, 'prefix'),
        after: own(options, 'after'),
        limit: own(options, 'limit'),
      }),
    getVersioned,
    compareAndSet: async (key: unknown, expected: unknown, value: unknown) => compareAndSet(key, expected, value),
    async update(key: unknown, change: unknown) {
      if (typeof change !== 'function') throw new HostTypeError('Expected a function that makes the new value.')
      for (let tries = 0; tries < UPDATE_TRIES; tries += 1) {
        const found = await getVersioned(key)
        const value: unknown = await apply(change, undefined, [found?.value])
        if ((await compareAndSet(key, found?.version, value)) === true) return value
      }
      throw codedError(
        'STORAGE_CONFLICT',
        `Expected to update the key within ${UPDATE_TRIES} tries, found another write each time. Try again later.`,
      )
    },
  })
}

function jsonText(value: unknown): string {
  const text = toJson(value)
  if (typeof text !== 'string') throw new HostTypeError('Expected a JSON value, found undefined or a function.')
  return text
}
