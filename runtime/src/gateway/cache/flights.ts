import { abortError, orAbort } from '../abort-error.ts'

interface Flight<Result> {
  readonly result: Promise<Result>
  readonly controller: AbortController
  waiting: number
}

/**
 * One request for everybody who wants the same at the same time. Who leaves, leaves alone; when the last one has left,
 * the request is cancelled.
 */
export class Flights<Result> {
  readonly #flights = new Map<string, Flight<Result>>()

  /** `leads` says whether this caller's `start` is the one that ran. */
  async join(
    key: string,
    signal: AbortSignal,
    start: (signal: AbortSignal) => Promise<Result>,
  ): Promise<{ readonly result: Result; readonly leads: boolean }> {
    if (signal.aborted) throw abortError(signal)
    const under = this.#flights.get(key)
    const flight = under ?? this.#start(key, start)
    flight.waiting += 1
    try {
      return { result: await orAbort(flight.result, signal), leads: under === undefined }
    } finally {
      flight.waiting -= 1
      if (flight.waiting === 0) {
        this.#land(key, flight)
        if (signal.aborted) flight.controller.abort(signal.reason)
      }
    }
  }

  #start(key: string, start: (signal: AbortSignal) => Promise<Result>): Flight<Result> {
    const controller = new AbortController()
    const flight: Flight<Result> = { result: start(controller.signal), controller, waiting: 0 }
    this.#flights.set(key, flight)
    const landed = () => this.#land(key, flight)
    flight.result.then(landed, landed)
    return flight
  }

  #land(key: string, flight: Flight<Result>): void {
    if (this.#flights.get(key) === flight) this.#flights.delete(key)
  }
}
