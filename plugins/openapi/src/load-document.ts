import { type JsonObject, type JsonValue, type Network, isJsonObject, parseJson } from '@nexus/plugin-api'
import type { Configuration } from './configuration.ts'
import { openapiError } from './errors.ts'

/** An OpenAPI 3.0 or 3.1 document. Source: spec.openapis.org. */
export interface OpenApiDocument {
  readonly root: JsonObject
  /** 3.0 has its own dialect of JSON Schema; 3.1 uses JSON Schema 2020-12. */
  readonly dialect: '3.0' | '3.1'
}

/** Loads and parses the document. Fails with `OPENAPI_UNREACHABLE` or `OPENAPI_DOCUMENT`. */
export async function loadDocument(source: Configuration['source'], network: Network): Promise<OpenApiDocument> {
  return parseDocument('text' in source ? source.text : await download(source.url, network))
}

async function download(url: string, network: Network): Promise<string> {
  const response = await network.fetch(url, { headers: { accept: 'application/json' } })
  if (response.status === 200) return response.body
  throw openapiError(
    'OPENAPI_UNREACHABLE',
    `Expected status 200 from \`documentUrl\`, found ${response.status}. Open the address in a browser, or paste the document under \`document\`.`,
  )
}

/** Reads a document from text. */
export function parseDocument(text: string): OpenApiDocument {
  const root = parseRoot(text)
  if (!isJsonObject(root)) throw openapiError('OPENAPI_DOCUMENT', 'Expected a JSON object, found another JSON value.')
  const version = root['openapi']
  if (typeof version !== 'string' || !/^3\.[012](\.|$)/.test(version)) {
    const found =
      root['swagger'] === undefined ? `\`openapi\`: ${JSON.stringify(version) ?? 'nothing'}` : 'a Swagger 2 document'
    throw openapiError(
      'OPENAPI_DOCUMENT',
      `Expected \`openapi\` 3.0 or 3.1, found ${found}. Convert the document to OpenAPI 3.`,
    )
  }
  if (!isJsonObject(root['paths'])) {
    throw openapiError(
      'OPENAPI_DOCUMENT',
      'Expected an object under `paths`, found none: the document describes no operation.',
    )
  }
  return { root, dialect: version.startsWith('3.0') ? '3.0' : '3.1' }
}

function parseRoot(text: string): JsonValue {
  try {
    return parseJson(text.replace(/^\uFEFF/, ''))
  } catch (cause) {
    const yaml = /^\s*(#|---|openapi\s*:)/.test(text) ? ', found YAML. Convert it to JSON first' : ''
    throw openapiError(
      'OPENAPI_DOCUMENT',
      `Expected an OpenAPI document in JSON${yaml}: ${cause instanceof Error ? cause.message : 'not JSON'}.`,
      { cause },
    )
  }
}
