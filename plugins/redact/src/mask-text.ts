import type { Detector, Span } from './detector.ts'

/** How much was masked, by kind. */
export type Counts = Map<string, number>

/** Replaces everything the detectors find by a word that says what was there. */
export function maskText(text: string, detectors: readonly Detector[], counts: Counts): string {
  const spans = detectors.flatMap((detect) => [...detect(text)]).toSorted((a, b) => a.start - b.start || b.end - a.end)
  if (spans.length === 0) return text
  const parts: string[] = []
  let position = 0
  for (const span of merge(spans)) {
    parts.push(text.slice(position, span.start), maskFor(span.kind))
    counts.set(span.kind, (counts.get(span.kind) ?? 0) + 1)
    position = span.end
  }
  return parts.join('') + text.slice(position)
}

/** What stands where something was. */
export function maskFor(kind: string): string {
  return `[${kind} removed]`
}

/** Overlapping spans become one, named after the first. */
function* merge(sorted: readonly Span[]): Generator<Span> {
  let current: Span | undefined
  for (const span of sorted) {
    if (current === undefined) current = span
    else if (span.start < current.end) current = { ...current, end: Math.max(current.end, span.end) }
    else {
      yield current
      current = span
    }
  }
  if (current !== undefined) yield current
}
