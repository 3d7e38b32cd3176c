import type { Configuration } from './configuration.ts'
import { openapiError } from './errors.ts'
import { MAX_TOOLS } from './limits.ts'
import type { OpenApiDocument } from './load-document.ts'
import { createNamer } from './name.ts'
import { readOperations } from './operation.ts'
import { type OperationTool, createTool } from './tool.ts'

/** What a document becomes. */
export interface DocumentTools {
  readonly tools: readonly OperationTool[]
  /** One line for each operation that cannot be offered, with the reason. */
  readonly skipped: readonly string[]
}

/** The tools of a document. Fails with `OPENAPI_EMPTY` or `OPENAPI_TOO_MANY`. */
export function readTools(
  document: OpenApiDocument,
  selection: Pick<Configuration, 'include' | 'readOnly'>,
): DocumentTools {
  const operations = readOperations(document, selection)
  const possible = operations.filter((operation) => operation.obstacle === undefined)
  if (possible.length === 0) {
    throw openapiError(
      'OPENAPI_EMPTY',
      'Expected at least one operation to offer, found none. Check `include`, `readOnly` and the document.',
    )
  }
  if (possible.length > MAX_TOOLS) {
    throw openapiError(
      'OPENAPI_TOO_MANY',
      `Expected at most ${MAX_TOOLS} operations, found ${possible.length}. Name the ones you need under \`include\`.`,
    )
  }
  const name = createNamer()
  return {
    tools: possible.map((operation) =>
      createTool(document, operation, name(operation.id ?? `${operation.method} ${operation.path}`)),
    ),
    skipped: operations
      .filter((operation) => operation.obstacle !== undefined)
      .map((operation) => `Left out ${operation.method.toUpperCase()} ${operation.path}: ${operation.obstacle}.`),
  }
}
