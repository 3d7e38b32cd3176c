// oxlint-disable typescript/no-unsafe-type-assertion -- what comes off the wire is compared member by member
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PairHttp, startPairHttp } from '../../../fixtures/mcp/pair-http.ts'
import type { Era, Json } from '../../../fixtures/mcp/pair-server.ts'
import { processUpstream, remoteUpstream, type RunningGateway, startGateway } from '../harness.ts'
import { META, modern, openSession, post } from '../wire.ts'

const STDIO = 'test/fixtures/mcp/pair-stdio.ts'

/** The result, or error, of an answer in either form. */
async function read(response: Response): Promise<Json> {
  const text = await response.text()
  const last = text.startsWith('{')
    ? text
    : (text
        .match(/^data: (.*)$/gm)
        ?.at(-1)
        ?.slice('data: '.length) ?? '{}')
  return JSON.parse(last) as Json
}

type Request = (method: string, params: Json, headers?: Record<string, string>) => Promise<Json>

async function openRaw(era: Era, nexus: RunningGateway): Promise<Request> {
  if (era === 'modern') {
    return async (method, params, headers = {}) => {
      const meta = { ...META, ...(params['_meta'] as Json | undefined) }
      const { result } = await read(await modern(nexus, method, { ...params, _meta: meta }, { headers }))
      return result as Json
    }
  }
  const { id } = await openSession(nexus)
  let count = 1
  return async (method, params, headers = {}) => {
    count += 1
    const message = { jsonrpc: '2.0', id: count, method, params }
    const { result } = await read(await post(nexus, message, { 'mcp-session-id': id, ...headers }))
    return result as Json
  }
}

/** Members that no revision knows: short names, any JSON below. */
const unknown = fc.dictionary(
  fc.stringMatching(/^x-[a-z]{1,8}$/),
  fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown),
  { minKeys: 1, maxKeys: 4 },
)
const meta = fc.dictionary(fc.stringMatching(/^vendor\.example\/[a-z]{1,8}$/), fc.jsonValue({ maxDepth: 2 }), {
  minKeys: 1,
  maxKeys: 3,
})
const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as Json

describe.each(
  (['legacy', 'modern'] as const).flatMap((era) =>
    (['legacy', 'modern'] as const).flatMap((upstream) =>
      (['http', 'stdio'] as const).map((way) => ({ era, upstream, way })),
    ),
  ),
)('between a $era client and a $upstream upstream over $way [G2]', ({ era, upstream, way }) => {
  let nexus: RunningGateway
  let remote: PairHttp | undefined
  let request: Request

  beforeAll(async () => {
    nexus = await startGateway()
    remote = way === 'http' ? await startPairHttp(upstream) : undefined
    nexus.add(remote === undefined ? processUpstream('pair', STDIO, [upstream]) : remoteUpstream('pair', remote.url))
    request = await openRaw(era, nexus)
  })
  afterAll(async () => {
    await nexus[Symbol.asyncDispose]()
    await remote?.[Symbol.asyncDispose]()
  })

  it('nothing unknown is dropped from params, results, content blocks, annotations and _meta', async () => {
    const every = fc.tuple(unknown, unknown, unknown, meta, meta, meta)
    await fc.assert(
      fc.asyncProperty(every, async ([ofParams, ofResult, ofBlock, paramsMeta, resultMeta, blockMeta]) => {
        const content = [
          { type: 'text', text: 'a', annotations: { audience: ['user'], ...ofBlock }, _meta: blockMeta, ...ofBlock },
          { type: 'vendor-block', ...ofBlock },
          { type: 'resource_link', uri: 'x://y', name: 'y', icons: [{ src: 'data:,', ...ofBlock }], ...ofBlock },
        ]
        const members = plain({ ...ofResult, content })
        const asked = plain({ ...ofParams, name: 'mirror', arguments: { ...members, _meta: resultMeta } })
        const result = await request('tools/call', { ...asked, _meta: plain(paramsMeta) })
        const { _meta: gotMeta, resultType: _type, structuredContent, ...got } = result
        expect(got).toEqual(members)
        expect(gotMeta).toMatchObject(plain(resultMeta))
        const { _meta: seenMeta, ...seen } = (structuredContent as { readonly params: Json }).params
        expect(seen).toEqual(asked)
        expect(seenMeta).toMatchObject(plain(paramsMeta))
      }),
      { numRuns: 12 },
    )
  })

  it('a tool’s definition arrives whole: annotations, icons, schemas, _meta of apps, and what is not known', async () => {
    let count = 0
    await fc.assert(
      fc.asyncProperty(unknown, meta, async (extra, ofMeta) => {
        count += 1
        const tool = plain({
          name: `defined_${count}`,
          title: 'Defined',
          description: 'New.',
          annotations: { readOnlyHint: true, ...extra },
          icons: [{ src: 'data:image/png;base64,AA==', sizes: ['48x48'], ...extra }],
          inputSchema: {
            type: 'object',
            properties: { region: { type: 'string', 'x-mcp-header': 'Region', ...extra } },
            $defs: { a: { const: 1 } },
            ...extra,
          },
          outputSchema: { type: 'object', ...extra },
          _meta: { ui: { resourceUri: 'ui://pair/app', ...extra }, ...ofMeta },
          ...extra,
        })
        await request('tools/call', { name: 'define', arguments: tool })
        await expect
          .poll(
            async () => {
              const { tools } = (await request('tools/list', {})) as { readonly tools: readonly Json[] }
              return tools.find(({ name }) => name === tool['name'])
            },
            { timeout: 10_000, interval: 60 },
          )
          .toEqual(tool)
      }),
      { numRuns: 3 },
    )
  })

  it('unknown members of resources and their contents stay', async () => {
    expect(await request('resources/read', { uri: 'pair://watched' })).toMatchObject({
      contents: [{ 'x-content': 1 }],
      'x-result': [2],
    })
  })

  it('the trace context reaches the upstream from _meta and from headers, in _meta and as headers', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
    const context = { traceparent, tracestate: 'vendor=1', baggage: 'user=ada' }
    const seenBy = (result: Json) => (result['structuredContent'] as { params: { _meta: Json } }).params['_meta']
    const params = { name: 'mirror', arguments: {} }
    expect(seenBy(await request('tools/call', { ...params, _meta: context }))).toMatchObject(context)
    if (remote !== undefined) expect(remote.headers()).toMatchObject(context)
    expect(seenBy(await request('tools/call', params, context))).toMatchObject(context)
    if (remote !== undefined) expect(remote.headers()).toMatchObject(context)
    const torn = { traceparent, baggage: 'a\r\nx-evil: 1' }
    expect(seenBy(await request('tools/call', { ...params, _meta: torn }))).toMatchObject(torn)
    if (remote !== undefined) expect(remote.headers()['x-evil']).toBeUndefined()
  })

  it('the envelope of the modern revision reaches modern upstreams only', async () => {
    const result = await request('tools/call', { name: 'mirror', arguments: {} })
    const { params } = result['structuredContent'] as { params: { _meta?: Json } }
    const names = Object.keys(params['_meta'] ?? {}).filter((name) => name.startsWith('io.modelcontextprotocol/'))
    expect(names.includes('io.modelcontextprotocol/protocolVersion')).toBe(upstream === 'modern')
    if (upstream === 'legacy') expect(names).toEqual([])
  })
})
