import type { JsonObject } from '@nexus/plugin-api'
import { isJsonObject } from '../json-rpc.ts'

/** The protocol's own methods, of any revision: one of these that is not served is an error, whatever it names. */
const OWN =
  /^(?:initialize|ping|(?:tools|prompts|resources|completion|logging|subscriptions|server|notifications|sampling|elicitation|roots|tasks)\/.*)$/

/** Members of params that say how a request travels, or belong to one of its rounds. */
const OF_THE_WAY: ReadonlySet<string> = new Set(['_meta', 'inputResponses', 'requestState'])
const NO_ARGUMENTS: JsonObject = {}

/**
 * What a call asks for, as policies and the people who approve it see it: a tool's arguments; of a method that only the
 * upstream knows, all that it is sent.
 */
export function argumentsOf(method: string, params: JsonObject | undefined): JsonObject {
  if (isExtensionMethod(method)) {
    return {
      method,
      params: Object.fromEntries(Object.entries(params ?? {}).filter(([name]) => !OF_THE_WAY.has(name))),
    }
  }
  const given = params?.['arguments']
  return isJsonObject(given) ? given : NO_ARGUMENTS
}

/** Whether a method may be one that only an upstream knows. */
export function isExtensionMethod(method: string): boolean {
  return method.includes('/') && !OWN.test(method)
}
