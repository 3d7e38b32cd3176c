import { z } from 'zod'
import {
  type ClientAsk,
  type JsonObject,
  NexusError,
  errorCode,
  formElicitationSchema,
  samplingSchema,
  urlElicitationSchema,
} from '@nexus/plugin-api'
import type { AskClient, CapabilityCall, Invocation } from '../../sandbox/sandbox.ts'
import { type Capability, type Site, defineCapability } from '../capability.ts'
import { type BrokerErrorCode, brokerError } from '../errors.ts'
import { CLIENT_ASK_MS, MAX_ASKS_PER_CALL } from '../limits.ts'

const jsonObject = z.record(z.string(), z.json())

/** What a client may answer; members that MCP does not define are left out. */
const answers = {
  elicitation: z.object({ action: z.enum(['accept', 'decline', 'cancel']), content: jsonObject.optional() }),
  sampling: z.object({
    role: z.enum(['user', 'assistant']),
    content: z.union([jsonObject, z.array(jsonObject)]),
    model: z.string(),
    stopReason: z.string().optional(),
  }),
  roots: z.object({
    roots: z.array(z.object({ uri: z.string().max(8192), name: z.string().max(1000).optional() })).max(1000),
  }),
} as const

/** `call.elicit`, `call.sample`, `call.roots`: questions to the client behind a call that still runs. */
export const clientCapabilities: readonly Capability[] = [
  defineCapability(
    'client.elicit',
    z.strictObject({ request: z.union([formElicitationSchema, urlElicitationSchema]) }),
    ({ request }, call, site) => askClient(site, call, 'elicitation', 'elicitation/create', request),
  ),
  defineCapability('client.sample', z.strictObject({ request: samplingSchema }), ({ request }, call, site) =>
    askClient(site, call, 'sampling', 'sampling/createMessage', request),
  ),
  defineCapability('client.roots', z.strictObject({}), (_nothing, call, site) =>
    askClient(site, call, 'roots', 'roots/list', undefined),
  ),
]

async function askClient(
  site: Site,
  call: CapabilityCall,
  ask: ClientAsk,
  method: Parameters<AskClient>[0],
  params: object | undefined,
): Promise<JsonObject> {
  checkGrant(site, ask)
  const invocation = running(call)
  if (invocation.ask === undefined)
    throw brokerError('CLIENT_UNREACHABLE', 'Expected a client that can be asked within this call, found none.')
  countAsk(invocation)
  site.meter.used('client', ask, 'ask')
  using stopped = new DisposableStack()
  stopped.use(call.pauseClock?.())
  const late = AbortSignal.timeout(CLIENT_ASK_MS)
  const signal = AbortSignal.any([call.signal, late])
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what a schema of JSON took is JSON
  const answer = await answered(invocation.ask(method, params as JsonObject | undefined, signal), signal, late)
  return checkAnswer(answer, ask, site.installation.limits.payloadBytes)
}

function checkGrant({ installation }: Site, ask: ClientAsk): void {
  if (installation.grants.client.includes(ask)) return
  throw brokerError(
    'PERMISSION_DENIED',
    `Expected a grant to ask the client for ${ask}, found none. Ask for it in \`permissions.client\`.`,
    { details: { family: 'client', asked: ask } },
  )
}

function running({ invocation, signal }: CapabilityCall): Invocation {
  if (invocation !== undefined && !signal.aborted) return invocation
  throw brokerError('CALL_REQUIRED', 'Expected a call that still runs, found none: somebody is asked within a call.')
}

const asked = new WeakMap<Invocation, number>()

/** Counted for each call, whatever became of the questions. */
function countAsk(invocation: Invocation): void {
  const count = (asked.get(invocation) ?? 0) + 1
  asked.set(invocation, count)
  if (count <= MAX_ASKS_PER_CALL) return
  throw brokerError(
    'CLIENT_QUOTA',
    `Expected at most ${MAX_ASKS_PER_CALL} questions to the client within a call, found more.`,
  )
}

/** Waits no longer than the call lasts and a person may take. */
async function answered(work: Promise<JsonObject>, signal: AbortSignal, late: AbortSignal): Promise<JsonObject> {
  const over = Promise.withResolvers<never>()
  const stop = (): void =>
    over.reject(
      late.aborted
        ? brokerError('CLIENT_TIMEOUT', `Expected an answer of the client within ${CLIENT_ASK_MS} ms, found none.`)
        : brokerError('CALL_CANCELLED', 'The call was over before the client answered.'),
    )
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await Promise.race([work, over.promise])
  } catch (error) {
    throw clientError(error)
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

/** What the gateway's codes are called here; an error that the client answered is a refusal. */
const KNOWN: Readonly<Record<string, BrokerErrorCode>> = {
  UPSTREAM_ERROR: 'CLIENT_REFUSED',
  CLIENT_CAPABILITY_MISSING: 'CLIENT_CAPABILITY_MISSING',
  INPUT_UNSUPPORTED: 'CLIENT_UNREACHABLE',
  CALL_TIMEOUT: 'CLIENT_TIMEOUT',
}

function clientError(error: unknown): unknown {
  const code = errorCode(error)
  if (!(error instanceof NexusError) || code === undefined) return error
  if (code === 'CALL_CANCELLED' || code === 'CLIENT_TIMEOUT') return error
  return brokerError(KNOWN[code] ?? 'CLIENT_REFUSED', error.message, { details: { code }, cause: error })
}

function checkAnswer(answer: JsonObject, ask: ClientAsk, maxBytes: number): JsonObject {
  const read = answers[ask].safeParse(answer)
  const [issue] = read.error?.issues ?? []
  if (!read.success) {
    throw brokerError(
      'CLIENT_ANSWER',
      `Expected an answer to ${ask} as MCP defines it, found one where \`${issue?.path.join('.') ?? ''}\` is not valid.`,
    )
  }
  const bytes = Buffer.byteLength(JSON.stringify(read.data))
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what a schema of JSON took is JSON
  if (bytes <= maxBytes) return read.data as JsonObject
  throw brokerError(
    'CLIENT_ANSWER',
    `Expected an answer of at most ${maxBytes} bytes (payloadBytes), found ${bytes}. Ask for less.`,
  )
}
