import { hash } from 'node:crypto'
import type { JsonValue } from '@nexus/plugin-api'
import { isJsonObject } from './json-rpc.ts'

/** Nesting that somebody means. */
const MAX_DEPTH = 128

/**
 * The same text for the same value: members in the order of their UTF-16 code units, no white space, numbers as
 * ECMAScript writes them (RFC 8785). `undefined` for a value nested deeper than 128.
 */
export function canonicalJson(value: JsonValue): string | undefined {
  return write(value, 0)
}

function write(value: JsonValue, depth: number): string | undefined {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (depth === MAX_DEPTH) return undefined
  const parts: string[] = []
  if (isJsonObject(value)) {
    for (const name of Object.keys(value).toSorted()) {
      const member = value[name]
      const text = member === undefined ? undefined : write(member, depth + 1)
      if (text === undefined) return undefined
      parts.push(`${JSON.stringify(name)}:${text}`)
    }
    return `{${parts.join()}}`
  }
  for (const element of value) {
    const text = write(element, depth + 1)
    if (text === undefined) return undefined
    parts.push(text)
  }
  return `[${parts.join()}]`
}

/** `sha256:` digest of a text. */
export function digestOf(text: string): string {
  return `sha256:${hash('sha256', text, 'hex')}`
}
