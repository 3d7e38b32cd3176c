import { z } from 'zod'
import type { JsonObject } from '@nexus/plugin-api'
import { gatewayError } from '../errors.ts'
import { isJsonObject } from '../json-rpc.ts'

function parse(text: string, what: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw gatewayError('UPSTREAM_PROTOCOL', `Expected ${what} as JSON, found text that does not parse.`, { cause })
  }
}

function found(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'an array' : typeof value
}

/** What a tool handler returned, as MCP `CallToolResult`: a plain string becomes one text block. */
export function normalizeToolResult(text: string): JsonObject {
  const value = parse(text, 'a tool result')
  if (typeof value === 'string') return { content: [{ type: 'text', text: value }] }
  if (!isJsonObject(value)) {
    throw gatewayError('UPSTREAM_PROTOCOL', `Expected a tool result as text or object, found ${found(value)}.`)
  }
  if (value['resultType'] === 'input_required') return value
  const { content, structuredContent } = value
  if (Array.isArray(content)) return value
  if (content === undefined && structuredContent !== undefined) {
    return { ...value, content: [{ type: 'text', text: JSON.stringify(structuredContent) }] }
  }
  throw gatewayError(
    'UPSTREAM_PROTOCOL',
    'Expected a tool result with a `content` array or `structuredContent`, found neither.',
  )
}

/** Values of one answer, as MCP bounds them. */
const MAX_VALUES = 100

const completion = z.object({
  values: z.array(z.string().max(1_000)).max(10_000),
  total: z.int().min(0).optional(),
  hasMore: z.boolean().optional(),
})

/** What a completion handler returned, as MCP `CompleteResult`; values beyond the hundredth are said to be there. */
export function normalizeCompletion(text: string): JsonObject {
  const read = completion.safeParse(parse(text, 'a completion'))
  if (!read.success)
    throw gatewayError('UPSTREAM_PROTOCOL', 'Expected a completion as texts in `values`, found something else.')
  const { values, total, hasMore } = read.data
  return {
    completion: {
      values: values.slice(0, MAX_VALUES),
      total: total ?? values.length,
      hasMore: hasMore ?? values.length > MAX_VALUES,
    },
  }
}

/** What a reader or prompt handler returned: an object with the list its method promises. */
export function normalizeListResult(text: string, member: 'contents' | 'messages'): JsonObject {
  const value = parse(text, `a result with \`${member}\``)
  if (isJsonObject(value) && (Array.isArray(value[member]) || value['resultType'] === 'input_required')) return value
  throw gatewayError(
    'UPSTREAM_PROTOCOL',
    `Expected a result with an array \`${member}\`, found ${found(value)} without it.`,
  )
}
