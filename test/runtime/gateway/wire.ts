// oxlint-disable typescript/no-unsafe-type-assertion -- what comes off the wire is checked by the test that asked for it
import type { RunningGateway } from './harness.ts'

// Raw JSON-RPC over HTTP, for what no SDK client would send or show.

type Json = Record<string, unknown>

export const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
}

/** One modern request with correct headers, unless overridden. */
export function modern(
  nexus: RunningGateway,
  method: string,
  params: Json = {},
  change: { headers?: Record<string, string | undefined>; path?: string; token?: string; signal?: AbortSignal } = {},
): Promise<Response> {
  const name = method === 'resources/read' ? params['uri'] : params['name']
  const headers: Record<string, string | undefined> = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    'mcp-protocol-version': '2026-07-28',
    'mcp-method': method,
    ...(typeof name === 'string' ? { 'mcp-name': name } : {}),
    ...change.headers,
  }
  const given = Object.fromEntries(
    Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
  const body = JSON.stringify({ jsonrpc: '2.0', id: 7, method, params: { _meta: META, ...params } })
  return nexus.fetch(change.path ?? '/mcp', {
    method: 'POST',
    headers: given,
    body,
    token: change.token ?? 'alice',
    ...(change.signal === undefined ? {} : { signal: change.signal }),
  })
}

/** One raw POST. */
export function post(
  nexus: RunningGateway,
  body: unknown,
  headers: Record<string, string> = {},
  token = 'alice',
  path = '/mcp',
): Promise<Response> {
  return nexus.fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    token,
  })
}

/** Opens a legacy session and answers with its id. */
export async function openSession(
  nexus: RunningGateway,
  options: { version?: string; token?: string; path?: string; capabilities?: Json } = {},
): Promise<{ id: string; result: Json }> {
  const params = {
    protocolVersion: options.version ?? '2025-11-25',
    capabilities: options.capabilities ?? {},
    clientInfo: { name: 'raw', version: '1' },
  }
  const answer = await post(
    nexus,
    { jsonrpc: '2.0', id: 1, method: 'initialize', params },
    {},
    options.token,
    options.path,
  )
  const { result } = (await answer.json()) as { result: Json }
  return { id: answer.headers.get('mcp-session-id') ?? '', result }
}

/** Reads events of a stream until `enough` says so. */
export async function readEvents(response: Response, enough: (events: readonly Json[]) => boolean): Promise<Json[]> {
  const events: Json[] = []
  const decoder = new TextDecoder()
  let buffer = ''
  for await (const chunk of response.body ?? []) {
    buffer += decoder.decode(chunk as Uint8Array, { stream: true })
    const parts = buffer.split('\n\n')
    buffer = parts.pop() ?? ''
    for (const part of parts) {
      const data = /^data: (.*)$/m.exec(part)?.[1]
      if (data !== undefined) events.push(JSON.parse(data) as Json)
    }
    if (enough(events)) break
  }
  return events
}
