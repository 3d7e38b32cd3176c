import type { NexusError } from '@nexus/plugin-api'
import { sandboxError } from '../errors.ts'
import type { Invocation, SandboxSpec } from '../sandbox.ts'
import type { SandboxCalls } from './sandbox-calls.ts'

/** Why a call must not even be sent, or `undefined`. */
export function refusalOf(invocation: Invocation, spec: SandboxSpec, calls: SandboxCalls): NexusError | undefined {
  const { limits, observer } = spec
  const { requestId, payload, facts = '', signal } = invocation
  if (signal.aborted) return sandboxError('CALL_CANCELLED', 'The caller cancelled the call before it began.')
  if (calls.count() >= limits.concurrentCalls) {
    observer?.breached?.({ code: 'SANDBOX_BUSY', limit: 'concurrentCalls', value: limits.concurrentCalls, requestId })
    return sandboxError(
      'SANDBOX_BUSY',
      `Expected at most ${limits.concurrentCalls} calls at once (concurrentCalls), found one more. Try again later.`,
      { details: { limit: 'concurrentCalls', value: limits.concurrentCalls } },
    )
  }
  // Three bytes per UTF-16 unit at most: only a text near the limit is worth counting.
  if ((payload.length + facts.length) * 3 <= limits.payloadBytes) return undefined
  const bytes = Buffer.byteLength(payload) + Buffer.byteLength(facts)
  if (bytes <= limits.payloadBytes) return undefined
  observer?.breached?.({ code: 'SANDBOX_PAYLOAD', limit: 'payloadBytes', value: limits.payloadBytes, requestId })
  return payloadError('argument', limits.payloadBytes, bytes)
}

export function payloadError(what: string, limit: number, found: number | undefined): NexusError {
  const size = found === undefined ? 'more' : `${found}`
  return sandboxError(
    'SANDBOX_PAYLOAD',
    `Expected a ${what} of at most ${limit} bytes (payloadBytes), found ${size}.`,
    {
      details: { limit: 'payloadBytes', value: limit },
    },
  )
}
