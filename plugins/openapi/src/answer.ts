import {
  type JsonValue,
  type NetworkResponse,
  type ToolResult,
  errorCode,
  isJsonObject,
  parseJson,
} from '@nexus/plugin-api'
import { MAX_ANSWER, MAX_EXCERPT } from './limits.ts'
import { isJsonType } from './operation.ts'

/** The API's answer as a tool's result: a failure is shown to the model, an object is also given as structure. */
export function toResult(response: NetworkResponse): ToolResult {
  if (response.status >= 400) {
    const excerpt = cut(response.body.trim(), MAX_EXCERPT)
    return {
      content: [text(`The API answered with status ${response.status}.${excerpt === '' ? '' : `\n\n${excerpt}`}`)],
      isError: true,
    }
  }
  if (response.body === '') return { content: [text(`Status ${response.status}, no content.`)] }
  const value = jsonOf(response)
  const content = [text(cut(response.body, MAX_ANSWER))]
  return isJsonObject(value) && response.body.length <= MAX_ANSWER ? { content, structuredContent: value } : { content }
}

/** Failures that the model can do something about, told to the model; every other is thrown on. */
export function explainFailure(error: unknown): ToolResult {
  const code = errorCode(error)
  if (code === 'NETWORK_NOT_TEXT')
    return { content: [text('The API answered with something that is not text.')], isError: true }
  if (code === 'OPENAPI_ARGUMENT' && error instanceof Error) return { content: [text(error.message)], isError: true }
  throw error
}

function jsonOf(response: NetworkResponse): JsonValue | undefined {
  if (!isJsonType(response.headers['content-type'] ?? '')) return undefined
  try {
    return parseJson(response.body)
  } catch {
    // Announced as JSON and is not: the text is handed over as it came, which is all that can be said about it.
    return undefined
  }
}

function text(value: string) {
  return { type: 'text', text: value }
}

function cut(value: string, max: number): string {
  return value.length <= max
    ? value
    : `${value.slice(0, max).toWellFormed()}\n\n[${value.length - max} more characters left out]`
}
