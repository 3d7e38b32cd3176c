import { z } from 'zod'
import { errorCode } from '@nexus/plugin-api'
import { type Capability, defineCapability } from '../capability.ts'
import { brokerError } from '../errors.ts'
import {
  DEFAULT_STORAGE_LIST,
  MAX_STORAGE_KEY_CHARACTERS,
  MAX_STORAGE_LIST,
  MAX_STORAGE_VALUE_BYTES,
} from '../limits.ts'

// oxlint-disable-next-line no-control-regex -- NUL is exactly what is looked for
const wellFormed = (text: string): boolean => text.isWellFormed() && !/\u0000/.test(text)
const key = z
  .string()
  .min(1)
  .max(MAX_STORAGE_KEY_CHARACTERS)
  .refine(wellFormed, { message: 'expected well-formed text without NUL' })
const prefix = z
  .string()
  .max(MAX_STORAGE_KEY_CHARACTERS)
  .refine(wellFormed, { message: 'expected well-formed text without NUL' })
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

/** `context.storage`: the private key-value store of one installation. No other installation's id ever enters here. */
export const storageCapabilities: readonly Capability[] = [
  defineCapability('storage.get', z.strictObject({ key }), async ({ key: name }, _call, { ports, installation }) =>
    ports.storage.get(installation.id, name),
  ),
  defineCapability('storage.set', z.strictObject({ key, value }), async (argument, _call, { ports, installation }) => {
    const quota = installation.limits.storageBytes
    try {
      await ports.storage.set(installation.workspaceId, installation.id, argument.key, argument.value, quota)
    } catch (error) {
      if (errorCode(error) !== 'STORE_QUOTA') throw error
      throw brokerError(
        'STORAGE_QUOTA',
        `Expected at most ${quota} bytes of keys and values (storageBytes), found more. Delete what is not needed.`,
        {
          details: { limit: 'storageBytes', value: quota },
          cause: error,
        },
      )
    }
    return undefined
  }),
  defineCapability('storage.delete', z.strictObject({ key }), async ({ key: name }, _call, { ports, installation }) =>
    ports.storage.delete(installation.id, name),
  ),
  defineCapability(
    'storage.list',
    z.strictObject({
      prefix: prefix.default(''),
      after: prefix.default(''),
      limit: z.int().min(1).max(MAX_STORAGE_LIST).default(DEFAULT_STORAGE_LIST),
    }),
    async (argument, _call, { ports, installation }) =>
      ports.storage.list(installation.id, argument.prefix, argument.after, argument.limit),
  ),
]
