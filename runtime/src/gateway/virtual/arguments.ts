import type { JsonObject, JsonValue } from '@nexus/plugin-api'
import type { VirtualArgument } from '../../store/virtual-server-row.ts'
import type { Call } from '../call.ts'
import { gatewayError } from '../errors.ts'
import { isJsonObject } from '../json-rpc.ts'
import type { Exposed, Problem } from '../router/view.ts'

/** The arguments that a server gives for its clients. */
export interface GivenArguments {
  /** Used where the caller gives none. */
  readonly defaults: JsonObject
  /** Always used; the caller may not give another. */
  readonly fixed: JsonObject
}

type Settings = Readonly<Record<string, VirtualArgument>>

const NO_ARGUMENTS: JsonObject = {}

/** Sorts the settings of one tool; `undefined` when there are none. */
export function givenArguments(settings: Settings | undefined): GivenArguments | undefined {
  const entries = Object.entries(settings ?? {})
  if (entries.length === 0) return undefined
  const defaults: [string, JsonValue][] = []
  const fixed: [string, JsonValue][] = []
  for (const [name, setting] of entries) {
    if ('fixed' in setting) fixed.push([name, setting.fixed])
    else defaults.push([name, setting.default])
  }
  return { defaults: Object.fromEntries(defaults), fixed: Object.fromEntries(fixed) }
}

/**
 * The schema that clients see: without fixed arguments, and with the defaults, which nobody has to give any more. Only
 * the schema's own `properties` and `required` are touched.
 */
export function schemaWith(schema: JsonValue | undefined, { defaults, fixed }: GivenArguments): JsonValue | undefined {
  if (!isJsonObject(schema)) return schema
  const { properties, required } = schema
  const shown = isJsonObject(properties)
    ? Object.fromEntries(
        Object.entries(properties)
          .filter(([name]) => !Object.hasOwn(fixed, name))
          .map(([name, property]): [string, JsonValue] => {
            const preset = Object.hasOwn(defaults, name) ? defaults[name] : undefined
            return [name, preset !== undefined && isJsonObject(property) ? { ...property, default: preset } : property]
          }),
      )
    : properties
  const needed = Array.isArray(required)
    ? required.filter(
        (name) => typeof name === 'string' && !Object.hasOwn(fixed, name) && !Object.hasOwn(defaults, name),
      )
    : undefined
  const { required: _, ...rest } = schema
  return {
    ...rest,
    ...(shown === undefined ? {} : { properties: shown }),
    ...(needed === undefined || needed.length === 0 ? {} : { required: needed }),
  }
}

/** Settings that the tool cannot have use of: a name it does not know, a value of another type than it says. */
export function argumentProblems(
  where: string,
  schema: JsonValue | undefined,
  { defaults, fixed }: GivenArguments,
): readonly Problem[] {
  if (!isJsonObject(schema) || !isJsonObject(schema['properties'])) return []
  const { properties, additionalProperties } = schema
  return Object.entries({ ...defaults, ...fixed }).flatMap(([name, value]): Problem[] => {
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined
    if (property === undefined) {
      // A tool that says nothing of further properties takes them.
      if (additionalProperties !== false) return []
      return [problem(`Expected an argument of ${where}, found \`${name}\`, which its schema does not allow.`)]
    }
    const type = isJsonObject(property) ? property['type'] : undefined
    if (typeof type !== 'string' || isOfType(value, type)) return []
    return [problem(`Expected ${type} for the argument \`${name}\` of ${where}, found ${typeOf(value)}.`)]
  })
}

function problem(message: string): Problem {
  return { code: 'ARGUMENT_INVALID', message }
}

function typeOf(value: JsonValue): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

function isOfType(value: JsonValue, type: string): boolean {
  return type === 'integer' ? Number.isInteger(value) : typeOf(value) === type
}

/**
 * The call with the server's arguments in place; the same call where it gives none. A caller who sends a fixed argument with another value is
 * refused rather than overruled: it would believe that its own value was used.
 */
export function applyArguments(call: Call, tool: Pick<Exposed, 'exposed' | 'given'>): Call {
  const { given } = tool
  if (given === undefined) return call
  const { params } = call
  const sent = isJsonObject(params?.['arguments']) ? params['arguments'] : NO_ARGUMENTS
  for (const [name, value] of Object.entries(given.fixed)) {
    if (!Object.hasOwn(sent, name) || isSame(sent[name], value)) continue
    throw gatewayError(
      'ARGUMENT_FIXED',
      `Expected no argument \`${name}\` for \`${tool.exposed}\`, found one: this server always gives its own. Leave it out.`,
      { details: { argument: name } },
    )
  }
  return { ...call, params: { ...params, arguments: { ...given.defaults, ...sent, ...given.fixed } } }
}

function isSame(left: JsonValue | undefined, right: JsonValue): boolean {
  if (left === right) return true
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => isSame(item, right[index] ?? null))
  }
  if (!isJsonObject(left) || !isJsonObject(right)) return false
  const names = Object.keys(left)
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => Object.hasOwn(right, name) && isSame(left[name], right[name] ?? null))
  )
}
