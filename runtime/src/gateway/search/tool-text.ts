import type { JsonObject } from '@nexus/plugin-api'
import { isJsonObject } from '../json-rpc.ts'
import type { Exposed } from '../router/view.ts'
import { tagsOf } from '../virtual/tags-of.ts'
import { MAX_EMBEDDED_CHARACTERS } from './limits.ts'

/** What is said about a tool, by where it is said. */
export interface ToolText {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly parameters: string
  readonly tags: string
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

function titleOf(entry: JsonObject): string {
  const annotations = entry['annotations']
  return text(entry['title']) || (isJsonObject(annotations) ? text(annotations['title']) : '')
}

function parametersOf(entry: JsonObject): string {
  const schema = entry['inputSchema']
  const properties = isJsonObject(schema) ? schema['properties'] : undefined
  if (!isJsonObject(properties)) return ''
  const said = Object.entries(properties).flatMap(([name, property]) =>
    isJsonObject(property) ? [name, text(property['description'])] : [name],
  )
  return said.join(' ')
}

export function textOf({ exposed, entry, upstream }: Exposed): ToolText {
  return {
    name: exposed,
    title: titleOf(entry),
    description: text(entry['description']),
    parameters: parametersOf(entry),
    tags: [...tagsOf(upstream, entry), upstream.label].join(' '),
  }
}

/** The same as one text, for an embedding. */
export function embeddedText(tool: Exposed): string {
  const { name, title, description, tags } = textOf(tool)
  return [words(name).join(' '), title, description, tags].filter(Boolean).join('. ').slice(0, MAX_EMBEDDED_CHARACTERS)
}

/** Words of a text: `create_pullRequest2` says create, pull, request and 2. */
export function words(value: string): string[] {
  return value
    .replaceAll(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .replaceAll(/(\p{L})(\p{N})/gu, '$1 $2')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
}
