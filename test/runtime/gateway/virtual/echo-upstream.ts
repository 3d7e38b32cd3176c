import type { JsonObject } from '@nexus/plugin-api'
import type { Upstream, UpstreamCatalog, UpstreamRequest } from '../../../../runtime/src/gateway/upstream/upstream.ts'
import { RpcResult } from '../../../../runtime/src/gateway/wire/rpc-result.ts'
import { identity } from '../harness.ts'

export type Lists = Partial<Pick<UpstreamCatalog, 'tools' | 'prompts' | 'resources' | 'resourceTemplates'>>

export interface EchoUpstream extends Upstream {
  /** Every request it got. */
  readonly asked: UpstreamRequest[]
}

/** An upstream of this process with the given lists, which answers every request with its own params. */
export function echoUpstream(label: string, lists: Lists, tags: readonly string[] = []): EchoUpstream {
  const asked: UpstreamRequest[] = []
  const catalog: UpstreamCatalog = {
    serverInfo: { name: label, version: '1.0.0' },
    capabilities: { tools: {}, prompts: {}, resources: {} },
    tools: [],
    prompts: [],
    resources: [],
    resourceTemplates: [],
    ...lists,
  }
  return {
    ...identity(label),
    tags,
    kind: 'remote',
    asked,
    state: () => 'ready',
    lastError: () => undefined,
    catalog: () => Promise.resolve(catalog),
    request(request) {
      asked.push(request)
      const text = JSON.stringify(request.params ?? {})
      const answer: JsonObject =
        request.method === 'resources/read'
          ? { contents: [{ uri: 'x:y', text }] }
          : request.method === 'prompts/get'
            ? { messages: [] }
            : { content: [{ type: 'text', text }] }
      return Promise.resolve(RpcResult.of(answer))
    },
    onChange: () => ({ [Symbol.dispose]: () => undefined }),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}

/** A ticket system: what most tests here pick from. */
export const tickets: Lists = {
  tools: [
    {
      name: 'search_issues',
      title: 'Search issues',
      description: 'Finds issues.',
      annotations: { readOnlyHint: true },
      _meta: { tags: ['issues', 'stable'] },
      inputSchema: {
        type: 'object',
        properties: { query: { type: 'string' }, project: { type: 'string' }, limit: { type: 'integer' } },
        required: ['query', 'project'],
      },
    },
    { name: 'create_issue', annotations: { destructiveHint: false }, inputSchema: { type: 'object' } },
    { name: 'drop_project', _meta: { fastmcp: { tags: ['issues'] } }, inputSchema: { type: 'object' } },
  ],
  prompts: [{ name: 'triage', description: 'Sorts issues.' }, { name: 'summary' }],
  resources: [
    { uri: 'tickets://open', name: 'open' },
    { uri: 'tickets://secret/1', name: 'secret' },
  ],
  resourceTemplates: [{ uriTemplate: 'tickets://{+path}', name: 'any' }],
}

export const notes: Lists = {
  tools: [
    { name: 'search_notes', annotations: { readOnlyHint: true }, inputSchema: { type: 'object' } },
    { name: 'write_note', inputSchema: { type: 'object' } },
  ],
  resources: [{ uri: 'notes://1', name: 'one' }],
}
