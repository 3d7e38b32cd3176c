import type { JsonObject, JsonValue } from '@nexus/plugin-api'

export type RpcId = string | number

export interface RpcRequest {
  readonly id: RpcId
  readonly method: string
  readonly params: JsonObject | undefined
}

export interface RpcNotification {
  readonly method: string
  readonly params: JsonObject | undefined
}

export interface RpcErrorObject {
  readonly code: number
  readonly message: string
  readonly data?: JsonValue
}

export interface RpcResponse {
  readonly id: RpcId
  readonly result: JsonObject | undefined
  readonly error: RpcErrorObject | undefined
}

/** What a parsed JSON value is as a JSON-RPC 2.0 message. */
export type RpcMessage =
  | { readonly kind: 'request'; readonly request: RpcRequest }
  | { readonly kind: 'notification'; readonly notification: RpcNotification }
  | { readonly kind: 'response'; readonly response: RpcResponse }
  | { readonly kind: 'invalid'; readonly id: RpcId | undefined; readonly problem: string }

/** True for what `JSON.parse` makes of `{…}`. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isId(value: unknown): value is RpcId {
  return typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value))
}

function readResponse(value: JsonObject, id: RpcId | undefined): RpcMessage {
  if (id === undefined) return invalid(id, 'a response without an id')
  const { result, error } = value
  if (isJsonObject(result) && error === undefined) {
    return { kind: 'response', response: { id, result, error: undefined } }
  }
  if (isJsonObject(error) && typeof error['code'] === 'number' && typeof error['message'] === 'string') {
    const data = error['data']
    const object: RpcErrorObject = {
      code: error['code'],
      message: error['message'],
      ...(data === undefined ? {} : { data }),
    }
    return { kind: 'response', response: { id, result: undefined, error: object } }
  }
  return invalid(id, 'neither a method nor a result object nor an error')
}

function invalid(id: RpcId | undefined, problem: string): RpcMessage {
  return { kind: 'invalid', id, problem }
}

/**
 * Reads one JSON-RPC message. Written by hand because it runs for each message in both directions: a schema library
 * costs more here than the rest of the call.
 */
export function readMessage(value: unknown): RpcMessage {
  if (!isJsonObject(value)) return invalid(undefined, 'a value that is not an object')
  const rawId = value['id']
  const id = isId(rawId) ? rawId : undefined
  if (value['jsonrpc'] !== '2.0') return invalid(id, 'no `jsonrpc: "2.0"`')
  const method = value['method']
  if (method === undefined) return readResponse(value, id)
  if (typeof method !== 'string' || method.length > 200) return invalid(id, 'a method that is not a short text')
  const params = value['params']
  if (params !== undefined && !isJsonObject(params)) return invalid(id, 'params that are not an object')
  if (rawId === undefined) return { kind: 'notification', notification: { method, params } }
  if (id === undefined) return invalid(id, 'an id that is neither text nor number')
  return { kind: 'request', request: { id, method, params } }
}

export function requestMessage(id: RpcId, method: string, params: JsonObject | undefined): JsonObject {
  return params === undefined ? { jsonrpc: '2.0', id, method } : { jsonrpc: '2.0', id, method, params }
}

export function notificationMessage(method: string, params: JsonObject | undefined): JsonObject {
  return params === undefined ? { jsonrpc: '2.0', method } : { jsonrpc: '2.0', method, params }
}

export function resultMessage(id: RpcId, result: JsonObject): JsonObject {
  return { jsonrpc: '2.0', id, result }
}

export function errorMessage(id: RpcId | null, error: RpcErrorObject): JsonObject {
  return { jsonrpc: '2.0', id, error: { ...error } }
}

/** The `_meta` of params or of a result, when it is an object. */
export function metaOf(holder: JsonObject | undefined): JsonObject | undefined {
  const meta = holder?.['_meta']
  return isJsonObject(meta) ? meta : undefined
}
