import { setTimeout } from 'node:timers/promises'
import { errorCode } from '@nexus/plugin-api'
import type { LoggedLine } from '@nexus/plugin-api/testing'
import { AUTHOR_STACK_MS } from '../limits.ts'

/** How often the log is looked at, milliseconds. */
const LOOK_MS = 5

/**
 * Lets an error of the plugin's code carry the stack in the lines of its author's files, which its log gets a moment
 * later: a report of a failed test should show where.
 */
export async function inAuthorsLines<Value>(log: readonly LoggedLine[], work: () => Promise<Value>): Promise<Value> {
  const from = log.length
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof Error) || errorCode(error) !== 'PLUGIN_ERROR') throw error
    const told = await waitForFailure(log, from)
    if (told !== undefined) error.stack = told
    throw error
  }
}

async function waitForFailure(log: readonly LoggedLine[], from: number): Promise<string | undefined> {
  const since = performance.now()
  while (performance.now() - since < AUTHOR_STACK_MS) {
    const found = log.slice(from).find(({ level, message }) => level === 'error' && message.includes(' failed: '))
    if (found !== undefined) return found.message
    await setTimeout(LOOK_MS)
  }
  return undefined
}
