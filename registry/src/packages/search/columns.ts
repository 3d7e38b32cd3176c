/** Numbers by document number, in an array that grows. */
export class Column {
  #values: Float64Array

  constructor(capacity = 1024) {
    this.#values = new Float64Array(capacity)
  }

  get(index: number): number {
    return this.#values[index] ?? 0
  }

  set(index: number, value: number): void {
    if (index >= this.#values.length) {
      const values = new Float64Array(Math.max(index + 1, this.#values.length * 2))
      values.set(this.#values)
      this.#values = values
    }
    this.#values[index] = value
  }
}

/** Gives each of a few texts a small number, so that documents can be counted by it without hashing. */
export class Codes {
  readonly #codes = new Map<string, number>()
  readonly #texts: string[] = []

  /** The number of a text; it gets one when it is new. */
  of(text: string): number {
    const known = this.#codes.get(text)
    if (known !== undefined) return known
    const code = this.#texts.push(text) - 1
    this.#codes.set(text, code)
    return code
  }

  /** Texts in the order of their numbers. */
  texts(): readonly string[] {
    return this.#texts
  }
}
