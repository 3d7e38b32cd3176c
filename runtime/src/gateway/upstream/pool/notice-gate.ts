import { NOTICE_BURST, NOTICES_PER_SECOND } from './limits.ts'

/**
 * How many progress reports and log lines of an upstream reach clients. One that floods would keep the host busy with
 * writing what nobody can read, at the cost of everybody else; what is over the bound is dropped, answers never are.
 */
export class NoticeGate {
  #left = NOTICE_BURST
  #at = 0

  admits(): boolean {
    const now = Date.now()
    if (now !== this.#at) {
      this.#left = Math.min(this.#left + ((now - this.#at) * NOTICES_PER_SECOND) / 1_000, NOTICE_BURST)
      this.#at = now
    }
    if (this.#left < 1) return false
    this.#left -= 1
    return true
  }
}
