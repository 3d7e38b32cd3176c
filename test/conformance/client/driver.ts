import { argv, env } from 'node:process'
import type { JsonObject, JsonValue } from '@nexus/plugin-api'
import { systemPrincipal } from '../../../runtime/src/identity/principal.ts'
import { upstreamRpcError } from '../../../runtime/src/gateway/errors.ts'
import { isJsonObject } from '../../../runtime/src/gateway/json-rpc.ts'
import { openRemoteUpstream } from '../../../runtime/src/gateway/upstream/open-remote-upstream.ts'
import { UpstreamAuthorizations } from '../../../runtime/src/gateway/upstream/remote/oauth/authorizations.ts'
import type { RegisteredClient } from '../../../runtime/src/gateway/upstream/remote/oauth/flow.ts'
import type { CallClient, NamedEntry, Upstream } from '../../../runtime/src/gateway/upstream/upstream.ts'
import type { RpcResult } from '../../../runtime/src/gateway/wire/rpc-result.ts'
import { answerQuestion, createPerson, valueFor } from './person.ts'
import { wayOut } from './way-out.ts'

// What the client suite starts, with the address of the server it wants to see used: the host's own upstream client,
// asked for everything a gateway asks an upstream for.

const WORKSPACE = 'conformance'
const UPSTREAM = 'conformance'
const PATIENCE_MS = 100_000
const IS_LEGACY = (env['MCP_CONFORMANCE_PROTOCOL_VERSION'] ?? '') < '2026-07-28'

const CONTEXT = readContext(env['MCP_CONFORMANCE_CONTEXT'] ?? '{}')

const authorizations = new UpstreamAuthorizations({
  publicUrl: () => 'http://localhost:7100',
  // Where the suite says that the client's document is.
  clientDocument: 'https://conformance-test.local/client-metadata.json',
})
const person = createPerson(authorizations, UPSTREAM, systemPrincipal(WORKSPACE))

const CLIENT: CallClient = {
  key: 'conformance',
  era: IS_LEGACY ? 'legacy' : 'modern',
  capabilities: { elicitation: { form: {}, url: {} }, sampling: {}, roots: { listChanged: false } },
  info: { name: 'conformance-driver', version: '0.1.0' },
  logLevel: undefined,
}

interface PlannedCall {
  readonly name: string
  readonly arguments: JsonObject
}

function readContext(text: string): JsonObject {
  const context: unknown = JSON.parse(text)
  return isJsonObject(context) ? context : {}
}

/** What the scenario registered by hand, where it did. */
function registeredClient(): RegisteredClient | undefined {
  const { client_id: clientId, client_secret: clientSecret, issuer } = CONTEXT
  if (typeof clientId !== 'string') return undefined
  return {
    clientId,
    ...(typeof clientSecret === 'string' ? { clientSecret } : {}),
    ...(typeof issuer === 'string' ? { issuer } : {}),
  }
}

/** The calls that the scenario wants; without wishes one of each tool, with arguments that its schema allows. */
function plannedCalls(tools: readonly NamedEntry[]): readonly PlannedCall[] {
  const wished = Array.isArray(CONTEXT['toolCalls']) ? CONTEXT['toolCalls'] : undefined
  if (wished === undefined)
    return tools.map(({ name, inputSchema }) => ({ name, arguments: argumentsFor(inputSchema, tools) }))
  return wished.filter(isJsonObject).map(({ name, arguments: given }) => ({
    name: typeof name === 'string' ? name : '',
    arguments: isJsonObject(given) ? given : {},
  }))
}

/** `schema` asks for a schema as the client sees it: the first one of the list. */
function argumentsFor(schema: JsonValue | undefined, tools: readonly NamedEntry[]): JsonObject {
  const properties = isJsonObject(schema) && isJsonObject(schema['properties']) ? schema['properties'] : {}
  const seen = tools[0]?.['inputSchema'] ?? {}
  return Object.fromEntries(
    Object.entries(properties).map(([name, field]) => [name, name === 'schema' ? seen : valueFor(field)]),
  )
}

function ask(upstream: Upstream, method: string, params: JsonObject | undefined): Promise<RpcResult> {
  return person.agreeing(() =>
    upstream.request({
      method,
      params,
      requestId: method,
      principal: systemPrincipal(WORKSPACE),
      client: CLIENT,
      signal: AbortSignal.timeout(PATIENCE_MS),
      onRequest: (message) => Promise.resolve(answerQuestion(message)),
    }),
  )
}

/** A request and its rounds of input, as a modern client goes through them. */
async function askInRounds(upstream: Upstream, method: string, params: JsonObject): Promise<RpcResult> {
  let result = await ask(upstream, method, params)
  for (let round = 0; round < 8 && result.get('resultType') === 'input_required'; round += 1) {
    const requests = result.get('inputRequests')
    const requestState = result.get('requestState')
    const answers = isJsonObject(requests)
      ? Object.entries(requests).map(([key, request]) => [key, answerQuestion(asMessage(request))] as const)
      : []
    result = await ask(upstream, method, {
      ...params,
      inputResponses: Object.fromEntries(answers),
      ...(requestState === undefined ? {} : { requestState }),
    })
  }
  return result
}

/** An error that the server answered is an answer; every other failure is ours. */
async function answered(request: Promise<unknown>): Promise<void> {
  await request.catch((error: unknown) => {
    if (upstreamRpcError(error) === undefined) throw error
  })
}

function asMessage(request: JsonValue): { readonly method: string; readonly params: JsonObject | undefined } {
  const { method, params } = isJsonObject(request) ? request : {}
  return { method: typeof method === 'string' ? method : '', params: isJsonObject(params) ? params : undefined }
}

async function run(url: string): Promise<void> {
  await using upstream = openRemoteUpstream({
    identity: {
      id: UPSTREAM,
      installationId: 'conformance',
      pluginId: 'nexus/conformance',
      workspaceId: WORKSPACE,
      label: 'conformance',
    },
    url,
    egress: wayOut,
    headers: () => Promise.resolve({}),
    authorize: (egress, owner) =>
      authorizations.protect(
        egress,
        { upstreamId: UPSTREAM, workspaceId: WORKSPACE, label: UPSTREAM, url, owner },
        () => Promise.resolve(registeredClient()),
      ),
  })
  const catalog = await person.agreeing(() => upstream.catalog(AbortSignal.timeout(PATIENCE_MS)))
  // One after the other would hide state that leaks from one call into another.
  const calls = plannedCalls(catalog.tools)
  await Promise.all(
    calls.map(({ name, arguments: given }) =>
      answered(askInRounds(upstream, 'tools/call', { name, arguments: given })),
    ),
  )
  for (const { name } of catalog.prompts) await answered(askInRounds(upstream, 'prompts/get', { name }))
  for (const { uri } of catalog.resources) await answered(askInRounds(upstream, 'resources/read', { uri }))
  if (calls.length === 0) await ask(upstream, 'tools/list', undefined)
}

const [, , url] = argv
if (url === undefined) throw new Error('Expected the address of a server, found none.')
await run(url)
