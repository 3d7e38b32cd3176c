import type { Call } from '../call.ts'
import type { RpcResult } from '../wire/rpc-result.ts'
import type { CachedText } from './cached-text.ts'
import type { Hints } from './hints.ts'

/** What came of a request that several may have waited for. */
export interface Outcome {
  readonly result: RpcResult
  readonly hints: Hints
  readonly text: CachedText | undefined
  /** Who asked: what is not public is this principal's. */
  readonly principalId: string
}

/** A request that somebody else may have waited for, and why it failed. */
export class LeaderFailed extends Error {
  override readonly name = 'LeaderFailed'
  readonly requestId: string

  constructor(requestId: string, cause: unknown) {
    super('The request failed.', { cause })
    this.requestId = requestId
  }
}

export function mayHave({ hints, principalId }: Outcome, call: Call): boolean {
  return hints.scope === 'public' || (hints.scope === 'private' && principalId === call.principal.id)
}

export function ttlOf(hints: Hints): number {
  return hints.scope === 'none' ? 0 : hints.ttlMs
}
