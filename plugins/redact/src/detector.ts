/** A piece of a text to mask: UTF-16 positions, the end excluded. */
export interface Span {
  readonly start: number
  readonly end: number
  /** What it is, as the mask and the reason name it. */
  readonly kind: string
}

/**
 * Finds what to mask. Must look at each character a bounded number of times: texts come from strangers and may be made to
 * be slow. Expressions therefore have bounded repetition, and start only where a word starts.
 */
export type Detector = (text: string) => Iterable<Span>

/** A detector from an expression with flag `g`; group `value`, when there is one, is what is masked. */
export function byExpression(kind: string, expression: RegExp): Detector {
  return function* find(text) {
    for (const match of text.matchAll(expression)) {
      const value = match.groups?.['value']
      const start = value === undefined ? match.index : match.index + match[0].lastIndexOf(value)
      yield { start, end: start + (value ?? match[0]).length, kind }
    }
  }
}
