/** Where generated code stands: line from 1, column from 0. */
export type GeneratedPlace = readonly [line: number, column: number]

/** To the thread: where do these places come from? `map` only when the thread said that it lacks it. */
export interface MapQuestion {
  readonly id: number
  readonly key: string
  readonly map: string | undefined
  readonly places: readonly GeneratedPlace[]
}

/** From the thread. `source` is a path as the map says it; line and column from 1. */
export interface MapAnswer {
  readonly id: number
  readonly isMissing: boolean
  readonly origins: readonly (readonly [source: string, line: number, column: number] | undefined)[]
}
