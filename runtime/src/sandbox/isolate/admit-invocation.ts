import type { NexusError } from '@nexus/plugin-api'
import { sandboxError } from '../errors.ts'
import type { Invocation, SandboxSpec } from '../sandbox.ts'
import type { SandboxCalls } from './sandbox-calls.ts'

/** Refuses a call that its limits do not allow, before anything is sent. */
export function admit(invocation: Invocation, spec: SandboxSpec, calls: SandboxCalls): void {
  const { limits } = spec
  if (invocation.signal.aborted) throw sandboxError('CALL_CANCELLED', 'The caller cancelled the call before it began.')
  if (calls.count() >= limits.concurrentCalls) {
    throw sandboxError(
      'SANDBOX_BUSY',
      `Expected at most ${limits.concurrentCalls} calls at once (concurrentCalls), found one more. Try again later.`,
      {
        details: { limit: 'concurrentCalls', value: limits.concurrentCalls },
      },
    )
  }
  const bytes = Buffer.byteLength(invocation.payload)
  if (bytes > limits.payloadBytes) throw payloadError('argument', limits.payloadBytes, bytes)
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
