import { NexusError } from '../errors.ts'
import type { OpenPluginOptions, TestedPlugin } from './tested-plugin.ts'

/** Registers a test. Plugins that were opened in it are closed when it ends. */
export interface TestFunction {
  (name: string, run: () => Promise<void> | void): void
  /** Leaves a test out and says so. */
  skip(name: string, run: () => Promise<void> | void): void
  /** Runs only tests that are marked so, when the run is told to. */
  only(name: string, run: () => Promise<void> | void): void
}

/** What a test expects. Each throws when it does not hold. Values are compared strictly. */
export interface Assert {
  ok(value: unknown): asserts value
  equal<Value>(found: unknown, expected: Value): asserts found is Value
  notEqual(found: unknown, other: unknown): void
  deepEqual<Value>(found: unknown, expected: Value): asserts found is Value
  match(text: string, pattern: RegExp): void
  /** Expects a rejection. A `code` may be the host's (`NETWORK_DENIED`) or the one that the plugin's own error carries. */
  rejects(work: Promise<unknown>, expected?: { readonly code?: string; readonly message?: RegExp }): Promise<void>
}

/** What `nexus test` puts in place before any test file is loaded. */
interface TestKit {
  openPlugin(options: OpenPluginOptions): Promise<TestedPlugin>
  readonly test: TestFunction
  readonly assert: Assert
}

const KIT = Symbol.for('nexus.testing')

/**
 * Starts the plugin of this project in a real sandbox, with everything granted that its manifest asks for. Close it with
 * `await using`; within `test` it is closed by itself. Fails with `TESTING_UNAVAILABLE` outside of `nexus test`.
 *
 * @example
 * const plugin = await openPlugin({ network: () => ({ body: { celsius: 21 } }) })
 * assert.equal((await plugin.call('weather', { city: 'Oslo' })).text, '21 °C')
 */
export async function openPlugin(options: OpenPluginOptions = {}): Promise<TestedPlugin> {
  return await kit().openPlugin(options)
}

const register: TestFunction = Object.assign(
  (name: string, run: () => Promise<void> | void): void => kit().test(name, run),
  {
    skip: (name: string, run: () => Promise<void> | void): void => kit().test.skip(name, run),
    only: (name: string, run: () => Promise<void> | void): void => kit().test.only(name, run),
  },
)

/** Registers a test of this file. Fails with `TESTING_UNAVAILABLE` outside of `nexus test`. */
export const test: TestFunction = register

/** What a test expects; see `Assert`. */
export const assert: Assert = {
  ok: (value) => kit().assert.ok(value),
  equal: (found, expected) => kit().assert.equal(found, expected),
  notEqual: (found, other) => kit().assert.notEqual(found, other),
  deepEqual: (found, expected) => kit().assert.deepEqual(found, expected),
  match: (text, pattern) => kit().assert.match(text, pattern),
  rejects: (work, expected) => kit().assert.rejects(work, expected),
}

/** The kit is put in place by another program: this package has no way to a sandbox of its own. */
function kit(): TestKit {
  const found: unknown = Reflect.get(globalThis, KIT)
  if (isKit(found)) return found
  throw new NexusError('TESTING_UNAVAILABLE', 'Expected `nexus test` to run this file, found no sandbox to test in.', {
    fault: 'caller',
    status: 409,
  })
}

function isKit(value: unknown): value is TestKit {
  return typeof value === 'object' && value !== null && 'openPlugin' in value && 'test' in value && 'assert' in value
}
