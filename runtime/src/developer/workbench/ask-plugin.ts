import { randomUUID } from 'node:crypto'
import { type JsonObject, isJsonObject } from '@nexus/plugin-api'
import type { Upstream, UpstreamMessage, UpstreamRequest } from '../../gateway/upstream/upstream.ts'
import { developerError } from '../errors.ts'
import { INPUT_ROUNDS } from '../limits.ts'
import type { Installed } from './install.ts'

/** Answers a question of the plugin to its client: `elicitation/create`, `sampling/createMessage` or `roots/list`. */
export type AnswerQuestion = (method: string, params: JsonObject) => Promise<JsonObject>

export interface AskOptions {
  /** Absent: the client can answer nothing. */
  readonly answer?: AnswerQuestion
  /** Progress and messages of the call. */
  readonly onNotification?: (message: UpstreamMessage) => void
  readonly signal?: AbortSignal
}

/** What a client of the bench can do. */
const CAPABILITIES: JsonObject = { elicitation: { form: {}, url: {} }, sampling: {}, roots: {} }

/** Asks the plugin as an MCP client would, `tools/call` and its kin, and goes on for as long as it asks back. */
export async function askPlugin(
  installed: Installed,
  method: string,
  params: JsonObject,
  options: AskOptions = {},
): Promise<JsonObject> {
  const { onTheWay } = installed.site
  const first = randomUUID()
  onTheWay.add(first)
  try {
    return await askInRounds(installed, first, method, params, options)
  } finally {
    onTheWay.delete(first)
  }
}

async function askInRounds(
  installed: Installed,
  firstId: string,
  method: string,
  params: JsonObject,
  options: AskOptions,
): Promise<JsonObject> {
  const upstream = await upstreamFor(installed, method, params)
  let asked = params
  for (let round = 0; round < INPUT_ROUNDS; round += 1) {
    const result = (
      await upstream.request(requestOf(installed, round === 0 ? firstId : randomUUID(), method, asked, options))
    ).value()
    if (result['resultType'] !== 'input_required') return result
    asked = { ...params, ...(await answersTo(result, options)) }
  }
  throw developerError('BENCH_UNKNOWN', `Expected an answer within ${INPUT_ROUNDS} rounds of questions, found none.`)
}

function requestOf(
  { principal }: Installed,
  requestId: string,
  method: string,
  params: JsonObject,
  { answer, onNotification, signal = new AbortController().signal }: AskOptions,
): UpstreamRequest {
  return {
    method,
    // Progress is told only to whoever asks for it.
    params: { ...params, _meta: { progressToken: 1 } },
    requestId,
    principal,
    client: {
      key: principal.id,
      principalId: principal.id,
      era: 'modern',
      capabilities: answer === undefined ? {} : CAPABILITIES,
      info: undefined,
      logLevel: 'debug',
    },
    signal,
    ...(onNotification !== undefined && { onNotification }),
    ...(answer !== undefined && {
      onRequest: (question: UpstreamMessage) => answer(question.method, question.params ?? {}),
    }),
  }
}

async function answersTo(result: JsonObject, { answer }: AskOptions): Promise<JsonObject> {
  const { inputRequests, requestState } = result
  const responses: Record<string, JsonObject> = {}
  for (const [name, request] of Object.entries(isJsonObject(inputRequests) ? inputRequests : {})) {
    if (!isJsonObject(request) || answer === undefined) continue
    const { method, params } = request
    responses[name] = await answer(typeof method === 'string' ? method : '', isJsonObject(params) ? params : {})
  }
  return { inputResponses: responses, ...(requestState !== undefined && { requestState }) }
}

/** The plugin's own upstream, or the one of those it opened that offers the tool. */
async function upstreamFor(
  { row, rooms: { gateway } }: Installed,
  method: string,
  params: JsonObject,
): Promise<Upstream> {
  const all = gateway.upstreams.list(row.workspaceId).filter(({ installationId }) => installationId === row.id)
  if (method !== 'tools/call') {
    const [first] = all
    if (first !== undefined) return first
  }
  const known: string[] = []
  for (const upstream of all) {
    const { tools } = await upstream.catalog(new AbortController().signal)
    if (tools.some(({ name }) => name === params['name'])) return upstream
    known.push(...tools.map(({ name }) => name))
  }
  throw developerError(
    'BENCH_UNKNOWN',
    `Expected a tool of the plugin, found ${JSON.stringify(params['name'])}. It has: ${known.join(', ') || 'none'}.`,
  )
}
