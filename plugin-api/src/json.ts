/** Any value that survives JSON. Only such values cross the bridge between host and guest. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue }

/** A JSON object. */
export type JsonObject = { readonly [key: string]: JsonValue }

/** Is this JSON value an object (neither `null` nor a list)? */
export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Is this JSON value a list? */
export function isJsonArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value)
}

/** Parses JSON text. Fails with a `SyntaxError` when the text is not JSON. Source: RFC 8259. */
export function parseJson(text: string): JsonValue {
  const value: unknown = JSON.parse(text)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what JSON.parse returns is JSON by definition
  return value as JsonValue
}
