import type { JsonValue } from '@nexus/plugin-api'
import { revealHidden } from './flags/hidden-characters.ts'
import { MAX_DIFF_LINES } from './limits.ts'

/** One line of a comparison. Hidden characters are written out, as `⟨U+200B⟩`. */
export interface DiffLine {
  readonly change: 'same' | 'removed' | 'added'
  readonly text: string
}

/** What changed between two definitions, line by line of their indented JSON. */
export function diffDefinitions(before: string | undefined, after: string): readonly DiffLine[] {
  const old = before === undefined ? [] : linesOf(before)
  const now = linesOf(after)
  const start = commonStart(old, now)
  const end = commonEnd(old.slice(start), now.slice(start))
  const middle = compare(old.slice(start, old.length - end), now.slice(start, now.length - end))
  return [...same(now.slice(0, start)), ...middle, ...same(now.slice(now.length - end))]
}

function linesOf(text: string): readonly string[] {
  const value: JsonValue = JSON.parse(text)
  if (value === null) return []
  // Instructions are prose: read as lines, not as one line of JSON.
  const shown = typeof value === 'string' ? value : JSON.stringify(value, undefined, 2)
  return shown.split('\n').map((line) => revealHidden(line))
}

const same = (lines: readonly string[]): DiffLine[] => lines.map((text) => ({ change: 'same', text }))
const removed = (lines: readonly string[]): DiffLine[] => lines.map((text) => ({ change: 'removed', text }))
const added = (lines: readonly string[]): DiffLine[] => lines.map((text) => ({ change: 'added', text }))

function commonStart(old: readonly string[], now: readonly string[]): number {
  let count = 0
  while (count < old.length && count < now.length && old[count] === now[count]) count += 1
  return count
}

function commonEnd(old: readonly string[], now: readonly string[]): number {
  let count = 0
  while (count < old.length && count < now.length && old.at(-1 - count) === now.at(-1 - count)) count += 1
  return count
}

/** Longest common subsequence; where the texts are too long for that, all of the one and then all of the other. */
function compare(old: readonly string[], now: readonly string[]): readonly DiffLine[] {
  if (old.length === 0 || now.length === 0 || old.length + now.length > MAX_DIFF_LINES) {
    return [...removed(old), ...added(now)]
  }
  const width = now.length + 1
  const lengths = new Uint16Array((old.length + 1) * width)
  for (let left = old.length - 1; left >= 0; left -= 1) {
    for (let right = now.length - 1; right >= 0; right -= 1) {
      lengths[left * width + right] =
        old[left] === now[right]
          ? (lengths[(left + 1) * width + right + 1] ?? 0) + 1
          : Math.max(lengths[(left + 1) * width + right] ?? 0, lengths[left * width + right + 1] ?? 0)
    }
  }
  return walk(old, now, lengths)
}

function walk(old: readonly string[], now: readonly string[], lengths: Uint16Array): readonly DiffLine[] {
  const width = now.length + 1
  const lines: DiffLine[] = []
  let left = 0
  let right = 0
  while (left < old.length && right < now.length) {
    const text = old[left] ?? ''
    if (text === now[right]) {
      lines.push({ change: 'same', text })
      left += 1
      right += 1
    } else if ((lengths[(left + 1) * width + right] ?? 0) >= (lengths[left * width + right + 1] ?? 0)) {
      lines.push({ change: 'removed', text })
      left += 1
    } else {
      lines.push({ change: 'added', text: now[right] ?? '' })
      right += 1
    }
  }
  return [...lines, ...removed(old.slice(left)), ...added(now.slice(right))]
}
