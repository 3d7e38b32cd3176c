import { errorCode, NexusError } from '@nexus/plugin-api'
import { isJsonObject } from '../../json-rpc.ts'
import type { UpstreamCatalog, UpstreamRequest } from '../upstream.ts'
import type { Fault } from './circuit-breaker.ts'
import type { PoolLimits } from './limits.ts'
import { isUnsent, isUntried } from './unsent.ts'

const LOSSES: ReadonlySet<string> = new Set(['UPSTREAM_DIED', 'UPSTREAM_UNREACHABLE', 'NETWORK_FAILED'])
const TIMEOUTS: ReadonlySet<string> = new Set(['UPSTREAM_TIMEOUT', 'CALL_TIMEOUT', 'NETWORK_TIMEOUT'])
/** Neither the upstream nor the way to it is to blame. */
const NEUTRAL: ReadonlySet<string> = new Set([
  'CALL_CANCELLED',
  'UPSTREAM_CLOSED',
  'CREDENTIAL_MISSING',
  'UPSTREAM_AUTHORIZATION_REQUIRED',
])

/** What a failed request says about its upstream: a fault, an answer after all, or nothing. */
export function judgeFailure(error: unknown): Fault | 'answered' | 'nothing' {
  const code = errorCode(error) ?? ''
  if (isUntried(error) || NEUTRAL.has(code)) return 'nothing'
  if (LOSSES.has(code) || isServerTrouble(code, error)) return 'loss'
  return TIMEOUTS.has(code) ? 'timeout' : 'answered'
}

/** A proxy in front of a server that is away says so with a status of its own. */
function isServerTrouble(code: string, error: unknown): boolean {
  if (code !== 'UPSTREAM_PROTOCOL' || !(error instanceof NexusError)) return false
  const { status } = error.details
  return typeof status === 'number' && status >= 502 && status <= 504
}

/** Requests that change nothing, by the specification. */
const READS: ReadonlySet<string> = new Set([
  'tools/list',
  'prompts/list',
  'resources/list',
  'resources/templates/list',
  'resources/read',
  'prompts/get',
  'completion/complete',
])

/**
 * Whether a request that failed may be sent again. A tool call that may have run is repeated only when the settings
 * allow it and the tool itself says that once more does no harm. What came too late is never repeated: nobody waits.
 */
export function mayRepeat(
  { method, params, signal }: UpstreamRequest,
  error: unknown,
  { retryTools }: Pick<PoolLimits, 'retryTools'>,
  catalog: UpstreamCatalog | undefined,
): boolean {
  if (signal.aborted) return false
  if (judgeFailure(error) !== 'loss') return false
  if (isUnsent(error) || READS.has(method)) return true
  return method === 'tools/call' && retryTools && isHarmless(params?.['name'], catalog)
}

function isHarmless(name: unknown, catalog: UpstreamCatalog | undefined): boolean {
  const annotations = catalog?.tools.find((tool) => tool.name === name)?.['annotations']
  if (!isJsonObject(annotations)) return false
  return annotations['readOnlyHint'] === true || annotations['idempotentHint'] === true
}
