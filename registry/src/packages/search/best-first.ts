/** The first `count` numbers by an order, without sorting all of them. */
export class BestFirst {
  readonly #best: number[] = []
  readonly #count: number
  readonly #compare: (left: number, right: number) => number

  constructor(count: number, compare: (left: number, right: number) => number) {
    this.#count = count
    this.#compare = compare
  }

  offer(item: number): void {
    const best = this.#best
    const last = best.at(-1)
    if (best.length >= this.#count && (last === undefined || this.#compare(item, last) >= 0)) return
    let low = 0
    let high = best.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#compare(best[middle] ?? 0, item) <= 0) low = middle + 1
      else high = middle
    }
    best.splice(low, 0, item)
    if (best.length > this.#count) best.pop()
  }

  items(): readonly number[] {
    return this.#best
  }
}
