import { deepStrictEqual, fail, match, notStrictEqual, ok, strictEqual } from 'node:assert'
import { NexusError, errorCode } from '@nexus/plugin-api'
import type { Assert } from '@nexus/plugin-api/testing'

/** What tests expect, by Node's own assertions: a failure is shown with what was found and expected. */
export const nodeAssert: Assert = {
  ok: (value) => ok(value),
  equal: (found, expected) => strictEqual(found, expected),
  notEqual: (found, other) => notStrictEqual(found, other),
  deepEqual: (found, expected) => deepStrictEqual(found, expected),
  match: (text, pattern) => match(text, pattern),
  async rejects(work, { code, message } = {}) {
    const error = await failureOf(work)
    if (code !== undefined && !codesOf(error).includes(code)) strictEqual(codesOf(error).join(', '), code)
    if (message !== undefined) match(error instanceof Error ? error.message : String(error), message)
  },
}

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  let value: unknown
  try {
    value = await work
  } catch (error) {
    return error
  }
  return fail(`Expected a rejection, found ${JSON.stringify(value)}.`)
}

/** The host's code, and the one that the plugin's own error carried. */
function codesOf(error: unknown): readonly string[] {
  const own = error instanceof NexusError ? error.details['pluginCode'] : undefined
  return [errorCode(error), own].filter((code) => typeof code === 'string')
}
