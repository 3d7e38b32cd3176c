import type { Problem } from '@nexus/runtime/contract'
import type { ReactiveController, ReactiveControllerHost } from 'lit'
import { problemOf } from '../client/api-error.ts'

/** Something a person started: at most one at a time, and its failure stays visible until the next try. */
export class Action implements ReactiveController {
  readonly #host: ReactiveControllerHost
  busy = false
  problem: Problem | undefined

  constructor(host: ReactiveControllerHost) {
    this.#host = host
    host.addController(this)
  }

  hostDisconnected(): void {
    this.problem = undefined
  }

  /** Runs the work; answers `undefined` when it failed and keeps the problem for the screen to show. */
  async run<Value>(work: () => Promise<Value>): Promise<Value | undefined> {
    if (this.busy) return undefined
    this.busy = true
    this.problem = undefined
    this.#host.requestUpdate()
    try {
      return await work()
    } catch (error) {
      this.problem = problemOf(error)
      return undefined
    } finally {
      this.busy = false
      this.#host.requestUpdate()
    }
  }
}
