import {
  type ClientAsk,
  type InputRequest,
  type JsonObject,
  NexusError,
  errorCode,
  inputRequiredSchema,
} from '@nexus/plugin-api'
import { randomUUID } from 'node:crypto'
import type { AskClient } from '../../sandbox/sandbox.ts'
import { missingCapability } from '../bridge/missing-capability.ts'
import { gatewayError, upstreamAnsweredError } from '../errors.ts'
import { type Era, RPC } from '../protocol.ts'
import type { UpstreamRequest } from './upstream.ts'

/** What a plugin may ask clients for, as it was granted. */
export interface AskGrants {
  readonly granted: readonly ClientAsk[]
  /** Told of each question that a grant served. */
  used(ask: ClientAsk): void
}

/** Questions of a plugin to the client of one request, in both of its forms. */
export interface ClientQuestions {
  /** For `call.elicit` and its kin, which wait within the call. */
  readonly ask: AskClient
  /** Checks what a handler returned that wants to be called again with answers; the bridge brings them to the client. */
  checkInputRequired(result: JsonObject): JsonObject
  /** What the caller is told when the call failed, given what the plugin could not ask. */
  explain(error: unknown): unknown
}

const ASKS: Readonly<Record<InputRequest['method'], ClientAsk>> = {
  'elicitation/create': 'elicitation',
  'sampling/createMessage': 'sampling',
  'roots/list': 'roots',
}

/** Legacy clients know a page by an id; the modern revision has none. */
function forEra(params: JsonObject | undefined, era: Era | undefined): JsonObject | undefined {
  return era === 'legacy' && params?.['mode'] === 'url' ? { ...params, elicitationId: randomUUID() } : params
}

class Questions implements ClientQuestions {
  readonly #request: UpstreamRequest
  readonly #grants: AskGrants
  #missing: JsonObject | undefined

  constructor(request: UpstreamRequest, grants: AskGrants) {
    this.#request = request
    this.#grants = grants
  }

  readonly ask: AskClient = async (method, params, signal) => {
    const { client, onRequest } = this.#request
    if (client !== undefined) {
      this.#missing = missingCapability(client.capabilities, { method, params })
      if (this.#missing !== undefined)
        throw gatewayError(
          'CLIENT_CAPABILITY_MISSING',
          `Expected a client that declared ${JSON.stringify(this.#missing)}, found one that did not.`,
        )
    }
    if (onRequest === undefined)
      throw gatewayError('INPUT_UNSUPPORTED', 'Expected a client that can be asked within a call, found none.')
    return onRequest({ method, params: forEra(params, client?.era) }, signal)
  }

  checkInputRequired(result: JsonObject): JsonObject {
    const parsed = inputRequiredSchema.safeParse(result)
    if (!parsed.success) {
      const [issue] = parsed.error.issues
      throw gatewayError(
        'UPSTREAM_PROTOCOL',
        `Expected \`input_required\` as the plugin contract says, found \`${issue?.path.join('.') ?? ''}\` not valid: ${issue?.message ?? ''}`,
      )
    }
    const requests = Object.entries(parsed.data.inputRequests ?? {})
    if (requests.length === 0 && parsed.data.requestState === undefined)
      throw gatewayError('UPSTREAM_PROTOCOL', 'Expected questions or a state with `input_required`, found neither.')
    for (const [, { method }] of requests) this.#checkGrant(ASKS[method])
    return result
  }

  #checkGrant(ask: ClientAsk): void {
    if (this.#grants.granted.includes(ask)) return this.#grants.used(ask)
    throw gatewayError(
      'INPUT_NOT_GRANTED',
      `Expected a grant to ask the client for ${ask}, found none. The plugin must ask for it in \`permissions.client\`.`,
    )
  }

  explain(error: unknown): unknown {
    const isUnasked = errorCode(error) === 'PLUGIN_ERROR' && pluginCode(error) === 'CLIENT_CAPABILITY_MISSING'
    if (!isUnasked || this.#missing === undefined || this.#request.client?.era !== 'modern') return error
    return capabilityError(this.#missing)
  }
}

/** The code of an error that the plugin's code threw. */
export function pluginCode(error: unknown): unknown {
  return error instanceof NexusError ? error.details['pluginCode'] : undefined
}

/** What the modern revision answers with when a client lacks what a request needs. Source: SEP-2575. */
function capabilityError(requiredCapabilities: JsonObject): NexusError {
  return upstreamAnsweredError({
    code: RPC.missingCapability,
    message: 'Missing required client capability',
    data: { requiredCapabilities },
  })
}

export function createClientQuestions(request: UpstreamRequest, grants: AskGrants): ClientQuestions {
  return new Questions(request, grants)
}
