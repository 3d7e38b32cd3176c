import type { UpstreamRequest } from '../upstream.ts'

/**
 * The place of a call in its bulkhead, lent to others while the client is asked: people take minutes to answer, and
 * neither other callers nor the upstream's breaker should notice.
 */
export class LentPlace {
  /** To be sent in place of the request it was made of. */
  readonly request: UpstreamRequest
  readonly #lend: () => void
  readonly #takeBack: () => void
  #questions = 0
  #over = false
  #isInterrupted = false

  constructor(request: UpstreamRequest, lend: () => void, takeBack: () => void) {
    this.#lend = lend
    this.#takeBack = takeBack
    const { onRequest } = request
    this.request =
      onRequest === undefined
        ? request
        : { ...request, onRequest: (message, withdrawn) => this.#during(onRequest(message, withdrawn)) }
  }

  /** Whether the call was aborted while it waited for its client, not for the upstream. */
  isInterrupted(): boolean {
    return this.#isInterrupted
  }

  /** The call is over: the place is given back, unless it is lent and was given back before. */
  end(): void {
    this.#over = true
    if (this.#questions === 0) this.#lend()
  }

  async #during<Answer>(question: Promise<Answer>): Promise<Answer> {
    this.#questions += 1
    if (this.#questions === 1 && !this.#over) this.#lend()
    const { signal } = this.request
    const interrupt = () => (this.#isInterrupted = true)
    signal.addEventListener('abort', interrupt, { once: true })
    try {
      return await question
    } finally {
      signal.removeEventListener('abort', interrupt)
      this.#questions -= 1
      if (this.#questions === 0 && !this.#over) this.#takeBack()
    }
  }
}
