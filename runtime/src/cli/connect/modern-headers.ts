import { isJsonObject, metaOf, type RpcRequest } from '../../gateway/json-rpc.ts'
import { META_VERSION, MODERN_VERSION, NAME_PARAMETER } from '../../gateway/protocol.ts'
import {
  encodeHeaderValue,
  type ParamHeader,
  paramHeadersOf,
  valueAt,
} from '../../gateway/upstream/remote/param-headers.ts'
import { messagesOf, parse } from './outcome.ts'

/** The headers that mirror a request without session (SEP-2243); which parameters, the tools themselves say. */
export class ModernHeaders {
  readonly #mirrored = new Map<string, readonly ParamHeader[]>()

  of({ method, params }: RpcRequest): Record<string, string> {
    const version = metaOf(params)?.[META_VERSION]
    const headers: Record<string, string> = {
      'mcp-protocol-version': encodeHeaderValue(typeof version === 'string' ? version : MODERN_VERSION),
      'mcp-method': encodeHeaderValue(method),
    }
    const parameter = NAME_PARAMETER.get(method)
    const name = parameter === undefined ? undefined : params?.[parameter]
    if (typeof name !== 'string') return headers
    headers['mcp-name'] = encodeHeaderValue(name)
    if (method !== 'tools/call') return headers
    for (const { path, header } of this.#mirrored.get(name) ?? []) {
      const value = valueAt(params, path)
      if (value !== undefined) headers[header] = encodeHeaderValue(value)
    }
    return headers
  }

  knows(tool: string): boolean {
    return this.#mirrored.has(tool)
  }

  /** Takes an answer to `tools/list`. */
  rememberTools(line: string): void {
    const [message] = messagesOf(parse(line))
    const tools = message?.kind === 'response' ? message.response.result?.['tools'] : undefined
    if (!Array.isArray(tools)) return
    for (const tool of tools) {
      if (isJsonObject(tool) && typeof tool['name'] === 'string') this.#mirrored.set(tool['name'], paramHeadersOf(tool))
    }
  }
}
