import { z } from 'zod'
import { errorCode } from '@nexus/plugin-api'
import { type Capability, type Site, defineCapability } from '../capability.ts'
import { limitReached } from '../limit-reached.ts'
import {
  DEFAULT_STORAGE_LIST,
  MAX_STORAGE_KEY_CHARACTERS,
  MAX_STORAGE_LIST,
  MAX_STORAGE_VALUE_BYTES,
} from '../limits.ts'

// Keys are kept exactly as they are, never normalised: two keys that look alike are two keys.
const isKept = (text: string): boolean =>
  text.length <= MAX_STORAGE_KEY_CHARACTERS && text.isWellFormed() && !text.includes('\0')
const keptText = { message: `expected at most ${MAX_STORAGE_KEY_CHARACTERS} characters, well-formed and without NUL` }
const key = z.string().min(1).refine(isKept, keptText)
const prefix = z.string().refine(isKept, keptText)
const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
const value = z
  .string()
  .refine((text) => Buffer.byteLength(text) <= MAX_STORAGE_VALUE_BYTES, {
    message: `expected at most ${MAX_STORAGE_VALUE_BYTES} bytes`,
  })
  .refine(isJson, { message: 'expected JSON' })

export const keyArgument = z.strictObject({ key })

/** The same as `keyArgument`, by hand. */
export function isKeyArgument(argument: unknown): argument is z.output<typeof keyArgument> {
  if (typeof argument !== 'object' || argument === null || !('key' in argument)) return false
  for (const name in argument) if (name !== 'key') return false
  return typeof argument.key === 'string' && argument.key !== '' && isKept(argument.key)
}

/** `context.storage`: the private key-value store of one installation. No other installation's id ever enters here. */
export const storageCapabilities: readonly Capability[] = [
  defineCapability(
    'storage.get',
    keyArgument,
    ({ key: name }, _call, { ports, installation }) => ports.storage.get(installation.id, name),
    isKeyArgument,
  ),
  defineCapability(
    'storage.getVersioned',
    keyArgument,
    ({ key: name }, _call, { ports, installation }) => ports.storage.getVersioned(installation.id, name),
    isKeyArgument,
  ),
  defineCapability('storage.set', z.strictObject({ key, value }), (argument, _call, site) => {
    const { id, workspaceId, limits } = site.installation
    return withinQuota(site, site.ports.storage.set(workspaceId, id, argument.key, argument.value, limits.storageBytes))
  }),
  defineCapability(
    'storage.compareAndSet',
    z.strictObject({ key, expected: z.int().min(0).nullable(), value: value.nullable() }),
    (argument, _call, site) => {
      const { id, workspaceId, limits } = site.installation
      const expected = argument.expected ?? undefined
      const written = argument.value ?? undefined
      return withinQuota(
        site,
        site.ports.storage.compareAndSet(workspaceId, id, argument.key, expected, written, limits.storageBytes),
      )
    },
  ),
  defineCapability(
    'storage.delete',
    keyArgument,
    ({ key: name }, _call, { ports, installation }) => ports.storage.delete(installation.id, name),
    isKeyArgument,
  ),
  defineCapability(
    'storage.list',
    z.strictObject({
      prefix: prefix.default(''),
      after: prefix.default(''),
      limit: z.int().min(1).max(MAX_STORAGE_LIST).default(DEFAULT_STORAGE_LIST),
    }),
    (argument, _call, { ports, installation }) =>
      ports.storage.list(installation.id, argument.prefix, argument.after, argument.limit),
  ),
]

/** Says in the broker's words that the quota is used up. */
async function withinQuota<Result>({ installation }: Site, work: Promise<Result>): Promise<Result> {
  try {
    return await work
  } catch (error) {
    if (errorCode(error) !== 'STORE_QUOTA') throw error
    throw limitReached(
      installation,
      'STORAGE_QUOTA',
      'storageBytes',
      (quota) =>
        `Expected at most ${quota} bytes of keys and values (storageBytes), found more. Delete what is not needed.`,
      error,
    )
  }
}
