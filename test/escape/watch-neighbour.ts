import { errorCode } from '@nexus/plugin-api'
import { callTool } from './arena.ts'
import type { Sandbox } from '../../runtime/src/sandbox/sandbox.ts'

const PAUSE_MS = 10

/** What a bystander went through while somebody else attacked. */
export interface NeighbourReport {
  readonly answers: number
  /** Everything that was not the right answer: codes and wrong texts. */
  readonly troubles: readonly string[]
  readonly slowestMs: number
  /** From the first trouble to the next right answer, 0 without trouble. */
  readonly backAfterMs: number
}

/** Calls a bystander over and over until it is told to stop; opens it again when its cell had to go. */
export interface NeighbourWatch {
  /** One last call after the attack, then the report. */
  finish(): Promise<NeighbourReport>
}

export function watchNeighbour(first: Sandbox, reopen: (() => Promise<Sandbox>) | undefined): NeighbourWatch {
  let sandbox = first
  const stop = new AbortController()
  let answers = 0
  let slowestMs = 0
  let backAfterMs = 0
  let troubledAt: number | undefined
  const troubles: string[] = []

  const callOnce = async (): Promise<void> => {
    const startedAt = performance.now()
    try {
      const answer = await callTool(sandbox)
      if (answer !== 'here') troubles.push(`answered ${answer}`)
      answers += 1
      if (troubledAt !== undefined) backAfterMs = Math.max(backAfterMs, performance.now() - troubledAt)
      else slowestMs = Math.max(slowestMs, performance.now() - startedAt)
      troubledAt = undefined
    } catch (error) {
      troubledAt ??= performance.now()
      const code = errorCode(error)
      // `SANDBOX_CLOSED` says that the cell went between two calls; why it went is what counts.
      troubles.push(code === 'SANDBOX_CLOSED' ? (await sandbox.exited).code : (code ?? String(error)))
      if (reopen === undefined) return
      await sandbox.exited
      sandbox = await reopen()
    }
  }
  const loop = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      await callOnce()
      await new Promise((resume) => setTimeout(resume, PAUSE_MS))
    }
  }
  const looping = loop()
  return {
    async finish() {
      stop.abort()
      await looping
      await callOnce()
      if (troubledAt !== undefined) await callOnce()
      if (sandbox !== first) await sandbox[Symbol.asyncDispose]()
      return { answers, troubles, slowestMs, backAfterMs }
    },
  }
}
