import { errorCode, NexusError } from '@nexus/plugin-api'
import { gatewayError } from '../../errors.ts'
import { readMessage, type RpcErrorObject } from '../../json-rpc.ts'
import { noteUnsent } from '../pool/unsent.ts'
import type { EgressAnswer } from './http-egress.ts'
import { readText } from './read-answer.ts'

const ERROR_BODY_BYTES = 64 * 1024
/** Nothing was sent, or nobody listened: the request cannot have run. */
const NOT_SENT: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'CONNECT_TIMEOUT',
])

/** How the checked way out names a connection that failed or broke. */
const EGRESS_FAILED = 'NETWORK_FAILED'

/**
 * A failure of the way to the upstream, coded: unreachable when nothing can have been sent, died after that. Refusals of
 * the way out itself (`NETWORK_DENIED`, `NETWORK_TIMEOUT` …) keep their code.
 */
export function networkError(error: unknown, label: string): NexusError {
  const code = errorCode(error) ?? 'unknown'
  if (error instanceof NexusError && code !== EGRESS_FAILED) return error
  const found = error instanceof NexusError ? error.message : code
  const isUnsent = wasNotSent(error) || NOT_SENT.has(reasonOf(error) ?? code)
  if (!isUnsent) {
    const problem = `Expected ${label} to answer, found the connection lost: ${found}`
    return gatewayError('UPSTREAM_DIED', problem, { cause: error })
  }
  const problem = `Expected ${label} to be reachable, found: ${found}`
  const unreachable = gatewayError('UPSTREAM_UNREACHABLE', problem, { cause: error })
  return noteUnsent(unreachable, 'tried')
}

/** The checked way out knows whether it had a connection to send the request over. */
function wasNotSent(error: unknown): boolean {
  return error instanceof NexusError && error.details['sent'] === false
}

/** The system's own code, as the checked way out passes it on. */
function reasonOf(error: unknown): string | undefined {
  const reason = error instanceof NexusError ? error.details['reason'] : undefined
  return typeof reason === 'string' ? reason : undefined
}

/** What a status of 300 or more came with. */
export interface HttpFailure {
  readonly status: number
  /** The JSON-RPC error of the body, when there is one. */
  readonly rpc: RpcErrorObject | undefined
}

export async function readFailure(answer: EgressAnswer): Promise<HttpFailure> {
  const text = await readText(answer, ERROR_BODY_BYTES)
  try {
    const message = readMessage(withId(JSON.parse(text)))
    return { status: answer.status, rpc: message.kind === 'response' ? message.response.error : undefined }
  } catch {
    // A body that is not JSON says no more than its status.
    return { status: answer.status, rpc: undefined }
  }
}

/** Servers answer transport errors with `id: null`. */
function withId(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'id' in value && value.id === null ? { ...value, id: 0 } : value
}

export function statusError({ status, rpc }: HttpFailure, label: string): NexusError {
  const said = rpc === undefined ? '' : ` (${rpc.code}: ${rpc.message.slice(0, 200)})`
  if (status === 401 || status === 403) {
    return gatewayError(
      'UPSTREAM_REFUSED',
      `Expected ${label} to accept the host's credentials, found HTTP ${status}${said}. Check the headers and secrets of the installation.`,
    )
  }
  const problem = `Expected an MCP answer from ${label}, found HTTP ${status}${said}.`
  return gatewayError('UPSTREAM_PROTOCOL', problem, { details: { status } })
}

/** Whether an error means that the server is gone, not only this request. */
export function isConnectionLoss(error: unknown): error is Error {
  if (!(error instanceof Error)) return false
  const code = errorCode(error)
  return code === 'UPSTREAM_DIED' || code === 'UPSTREAM_UNREACHABLE'
}
