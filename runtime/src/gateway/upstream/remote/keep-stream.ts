import { errorCode } from '@nexus/plugin-api'
import { networkError } from './http-error.ts'
import type { EgressAnswer } from './http-egress.ts'
import { readAnswer, type Resumption } from './read-answer.ts'

const REOPEN_MS = 1_000

export interface StreamOptions {
  readonly label: string
  /** Opens the stream, or answers with `undefined` when the server offers none. */
  readonly open: (lastEventId: string | undefined) => Promise<EgressAnswer | undefined>
  readonly onValue: (value: unknown) => void
  /** The server cannot be reached any more. */
  readonly onLost: (reason: Error) => void
  readonly signal: AbortSignal
}

/** Keeps a stream of notifications open for as long as `signal` lasts; opens it again whenever it ends. */
export async function keepStream({ label, open, onValue, onLost, signal }: StreamOptions): Promise<void> {
  const resumption: Resumption = { lastEventId: undefined, retryMs: undefined }
  while (!signal.aborted) {
    try {
      const answer = await open(resumption.lastEventId)
      if (answer === undefined) return
      await readAnswer(answer, onValue, resumption)
    } catch (error) {
      if (signal.aborted) return
      // The calls go on without it until somebody has agreed.
      if (errorCode(error) === 'UPSTREAM_AUTHORIZATION_REQUIRED') return
      // A server that keeps silent before its first event is not lost.
      if (errorCode(error) !== 'NETWORK_TIMEOUT') return onLost(networkError(error, label))
    }
    const pause = (resumption.retryMs ?? REOPEN_MS) * (0.5 + Math.random() / 2)
    await new Promise((resolve) => setTimeout(resolve, pause))
  }
}
