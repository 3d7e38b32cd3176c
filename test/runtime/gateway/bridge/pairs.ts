// oxlint-disable typescript/no-unsafe-type-assertion, typescript/no-unnecessary-type-assertion -- two SDKs whose types differ in everything but the wire
import type { Client as ModernClient } from '@modelcontextprotocol/client'
import type { Client as LegacyClient } from '@modelcontextprotocol/sdk/client/index.js'
import * as legacy from '@modelcontextprotocol/sdk/types.js'
import { z } from 'zod'
import type { Era, Json } from '../../../fixtures/mcp/pair-server.ts'
import type { RunningGateway } from '../harness.ts'
import { connectLegacy, connectModern } from '../sdk-clients.ts'

/** A client of either era: the official SDK's, under one set of names. */
export interface PairClient {
  readonly era: Era
  /** What the upstream asked this client. */
  readonly asked: Json[]
  /** Notifications that came beside results. */
  readonly told: Json[]
  request(
    method: string,
    params: Json,
    options?: { signal?: AbortSignal; onprogress?: (said: unknown) => void },
  ): Promise<Json>
  /** Subscribes; resolves once the gateway has agreed. */
  subscribe(uri: string): Promise<() => Promise<void>>
  close(): Promise<void>
}

const ALL = { elicitation: { form: {}, url: {} }, sampling: {}, roots: {} }

/** Every client answers the same, whatever it is asked. */
export function answerOf({ method, params }: Json): Json {
  if (method === 'roots/list') return { roots: [{ uri: 'file:///work' }] }
  if (method === 'sampling/createMessage')
    return { role: 'assistant', model: 'm', content: { type: 'text', text: 'Paris' } }
  const { message, mode } = params as Json
  return mode === 'url' ? { action: 'accept' } : { action: 'accept', content: { name: `re: ${String(message)}` } }
}

const any = z.looseObject({})

async function openLegacy(nexus: Pick<RunningGateway, 'url'>, capabilities: Json): Promise<PairClient> {
  const client: LegacyClient = await connectLegacy(`${nexus.url}/mcp`, 'alice', capabilities as never)
  const asked: Json[] = []
  const told: Json[] = []
  const answer = (request: { readonly method: string }) => {
    asked.push(request as never)
    return answerOf(request as never) as never
  }
  const declared = Object.keys(capabilities)
  if (declared.includes('elicitation')) client.setRequestHandler(legacy.ElicitRequestSchema, answer)
  if (declared.includes('sampling')) client.setRequestHandler(legacy.CreateMessageRequestSchema, answer)
  if (declared.includes('roots')) client.setRequestHandler(legacy.ListRootsRequestSchema, answer)
  client.fallbackNotificationHandler = (said) => Promise.resolve(void told.push(said as never))
  return {
    era: 'legacy',
    asked,
    told,
    request: (method, params, options) => client.request({ method, params } as never, any as never, options as never),
    async subscribe(uri) {
      await client.subscribeResource({ uri })
      return async () => void (await client.unsubscribeResource({ uri }))
    },
    close: () => client.close(),
  }
}

async function openModern(nexus: Pick<RunningGateway, 'url'>, capabilities: Json): Promise<PairClient> {
  const client: ModernClient = await connectModern(`${nexus.url}/mcp`, 'alice', capabilities as never)
  const asked: Json[] = []
  const told: Json[] = []
  const declared = Object.keys(capabilities)
  const answer = (method: string) => (request: Json) => {
    asked.push(request)
    return answerOf({ ...request, method }) as never
  }
  if (declared.includes('elicitation'))
    client.setRequestHandler('elicitation/create', answer('elicitation/create') as never)
  if (declared.includes('sampling'))
    client.setRequestHandler('sampling/createMessage', answer('sampling/createMessage') as never)
  if (declared.includes('roots')) client.setRequestHandler('roots/list', answer('roots/list') as never)
  client.fallbackNotificationHandler = (said) => Promise.resolve(void told.push(said as never))
  return {
    era: 'modern',
    asked,
    told,
    request: (method, params, options) =>
      client.request({ method, params } as never, any as never, options as never) as never,
    async subscribe(uri) {
      const listening = await client.listen({ resourceSubscriptions: [uri] } as never)
      return () => listening.close()
    },
    close: () => client.close(),
  }
}

export function openClient(
  era: Era,
  nexus: Pick<RunningGateway, 'url'>,
  capabilities: Json = ALL,
): Promise<PairClient> {
  return era === 'legacy' ? openLegacy(nexus, capabilities) : openModern(nexus, capabilities)
}

/** What a tool of the fixture said, parsed. */
export function saidBy(result: Json): unknown {
  const { content } = result as { readonly content: readonly { readonly text: string }[] }
  return JSON.parse(content[0]?.text ?? 'null')
}
