import { randomUUID } from 'node:crypto'
import type { JsonObject } from '@nexus/plugin-api'
import { orAbort } from '../abort-error.ts'
import type { Call } from '../call.ts'
import { gatewayError, upstreamRpcError } from '../errors.ts'
import type { UpstreamMessage } from '../upstream/upstream.ts'
import type { RpcResult } from '../wire/rpc-result.ts'
import { MAX_INPUT_ROUNDS, QUIET_ROUND_MS } from './limits.ts'
import { missingCapability } from './missing-capability.ts'
import { type InputRequest, readInputRequests } from './read-input-request.ts'

/** URLs that the client agreed to visit → the id under which it is told that the visit is over. */
type Visits = Map<string, string>

/**
 * The answers of a legacy client to a modern upstream: asked within the call, all questions of a round at once, round
 * after round until there is a result.
 */
export async function askInRounds(
  call: Call,
  params: JsonObject | undefined,
  send: (params: JsonObject | undefined) => Promise<RpcResult>,
): Promise<RpcResult> {
  const visits: Visits = new Map()
  let result = await send(params)
  let rounds = 0
  while (result.get('resultType') === 'input_required') {
    const requests = readInputRequests(result)
    if (isQuiet(requests, visits)) await pause(call.signal)
    else rounds += 1
    if (rounds > MAX_INPUT_ROUNDS) {
      const found = 'found the upstream asking again.'
      throw gatewayError('INPUT_ROUNDS', `Expected at most ${MAX_INPUT_ROUNDS} rounds of input, ${found}`)
    }
    const inputResponses = await answerAll(call, requests, visits)
    const requestState = result.get('requestState')
    result = await send({
      ...params,
      ...(requests.length === 0 ? {} : { inputResponses }),
      ...(requestState === undefined ? {} : { requestState }),
    })
    tellOfVisits(call, visits, result)
  }
  return result
}

function urlOf({ method, params }: UpstreamMessage): string | undefined {
  const url = method === 'elicitation/create' && params?.['mode'] === 'url' ? params['url'] : undefined
  return typeof url === 'string' ? url : undefined
}

/** Nothing but "not yet": no questions, or URLs that the client is visiting already. */
function isQuiet(requests: readonly InputRequest[], visits: Visits): boolean {
  return requests.every(([, message]) => visits.has(urlOf(message) ?? ''))
}

async function pause(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const timer = setTimeout(resolve, QUIET_ROUND_MS)
  await orAbort(promise, signal).finally(() => clearTimeout(timer))
}

/** Asks everything at once; when one question cannot be asked, the others are taken back. */
async function answerAll(call: Call, requests: readonly InputRequest[], visits: Visits): Promise<JsonObject> {
  const others = new AbortController()
  try {
    const answers = requests.map(
      async ([key, message]) => [key, await answer(call, message, visits, others.signal)] as const,
    )
    return Object.fromEntries(await Promise.all(answers))
  } catch (error) {
    others.abort(error)
    throw error
  }
}

async function answer(
  call: Call,
  message: UpstreamMessage,
  visits: Visits,
  withdrawn: AbortSignal,
): Promise<JsonObject> {
  const { ask, client } = call
  const url = urlOf(message)
  if (url !== undefined && visits.has(url)) return { action: 'accept' }
  if (ask === undefined || missingCapability(client.capabilities, message) !== undefined) {
    const wanted = `a client that can be asked ${message.method.slice(0, 100)} within a call`
    throw gatewayError('INPUT_UNSUPPORTED', `Expected ${wanted}, found one that did not declare it or takes no stream.`)
  }
  if (url === undefined) return ask(message, withdrawn).catch((error: unknown) => dismissed(message, error))
  // The modern revision has no ids of elicitations; the client's revision demands one.
  const given = message.params?.['elicitationId']
  const elicitationId = typeof given === 'string' ? given : randomUUID()
  const asked = { ...message, params: { ...message.params, elicitationId } }
  const said = await ask(asked, withdrawn).catch((error: unknown) => dismissed(message, error))
  if (said['action'] === 'accept') visits.set(url, elicitationId)
  return said
}

/** The modern revision knows no failed elicitation: a client that answered with an error has not decided. */
function dismissed({ method }: UpstreamMessage, error: unknown): JsonObject {
  if (method === 'elicitation/create' && upstreamRpcError(error) !== undefined) return { action: 'cancel' }
  throw error
}

/** A URL that is not asked for any more was visited; an upstream that asks nothing at all but "later" has not said. */
function tellOfVisits(call: Call, visits: Visits, result: RpcResult): void {
  const asked = readInputRequests(result)
  if (asked.length === 0 && result.get('resultType') === 'input_required') return
  const open = new Set(asked.map(([, message]) => urlOf(message)))
  for (const [url, elicitationId] of visits) {
    if (open.has(url)) continue
    visits.delete(url)
    call.notify({ method: 'notifications/elicitation/complete', params: { elicitationId } })
  }
}
