import fc from 'fast-check'
import { z } from 'zod'

type Json = Readonly<Record<string, unknown>>

/** What is put where a schema says nothing better, and in place of what it says. */
export interface Noise {
  readonly values: fc.Arbitrary<unknown>
  readonly texts: fc.Arbitrary<string>
}

/** JSON values that a schema nearly takes: each part is replaced by one of `noise` now and then. */
export function likeSchema(schema: z.ZodType, noise: Noise): fc.Arbitrary<unknown> {
  return like(toObject(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })), noise)
}

function like(schema: Json, noise: Noise): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 15, arbitrary: exactly(schema, noise) }, { weight: 1, arbitrary: noise.values })
}

function exactly(schema: Json, noise: Noise): fc.Arbitrary<unknown> {
  const choices = toList(schema['anyOf'] ?? schema['oneOf'])
  if (choices.length > 0) return fc.oneof(...choices.map((choice) => like(toObject(choice), noise)))
  if ('const' in schema) return fc.constant(schema['const'])
  const known = toList(schema['enum'])
  if (known.length > 0) return fc.constantFrom(...known)
  switch (schema['type']) {
    case 'object':
      return objectLike(schema, noise)
    case 'array':
      return fc.array(like(toObject(schema['items']), noise), { maxLength: 3 })
    case 'string':
      return typeof schema['pattern'] === 'string' ? textLike(schema['pattern']) : noise.texts
    case 'integer':
    case 'number':
      return fc.integer({
        min: Math.max(numberOr(schema['minimum'], -5), -5),
        max: Math.min(numberOr(schema['maximum'], 5000), 5000),
      })
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    default:
      return noise.values
  }
}

function objectLike(schema: Json, noise: Noise): fc.Arbitrary<unknown> {
  const required = new Set(toList(schema['required']))
  const members = Object.entries(toObject(schema['properties'])).map(([name, member]) =>
    fc.option(fc.tuple(fc.constant(name), like(toObject(member), noise)), { freq: required.has(name) ? 30 : 2 }),
  )
  const rest = toObject(schema['additionalProperties'])
  const more =
    'type' in rest
      ? fc.array(fc.tuple(fc.stringMatching(/^[a-z]{1,6}$/), like(rest, noise)), { maxLength: 3 })
      : fc.constant([])
  return fc
    .tuple(fc.tuple(...members), more)
    .map(([named, others]) => Object.fromEntries([...named.filter((entry) => entry !== null), ...others]))
}

/** Text of the pattern where fast-check can make it. */
function textLike(pattern: string): fc.Arbitrary<string> {
  try {
    return fc.stringMatching(new RegExp(pattern))
  } catch {
    // Look-around and the like: any text has to do.
    return fc.string()
  }
}

function toObject(value: unknown): Json {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {}
}

function toList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function numberOr(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise
}
