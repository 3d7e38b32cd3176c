/** A part of a text and where it stands in it. */
export interface Excerpt {
  readonly text: string
  readonly start: number
  readonly end: number
  readonly total: number
}

/** Cuts a part out of a text, never through a character outside the basic plane. */
export function cutExcerpt(text: string, startAt: number, maxCharacters: number): Excerpt {
  const start = snap(text, Math.min(startAt, text.length))
  const end = snap(text, Math.min(start + maxCharacters, text.length))
  return { text: text.slice(start, end), start, end, total: text.length }
}

/** Moves a position before a surrogate pair that it would split. */
function snap(text: string, position: number): number {
  const unit = text.charCodeAt(position)
  const before = text.charCodeAt(position - 1)
  return unit >= 0xdc00 && unit <= 0xdfff && before >= 0xd800 && before <= 0xdbff ? position - 1 : position
}

/** What is said above a page: what it is, and how to get the rest. */
export function headLines(title: string, url: string, excerpt: Excerpt): string {
  const lines = [...(title === '' ? [] : [`Title: ${title}`]), `URL: ${url}`]
  if (excerpt.start > 0 || excerpt.end < excerpt.total) {
    const rest = excerpt.end < excerpt.total ? ` Call again with startAt ${excerpt.end} for more.` : ''
    lines.push(`Characters ${excerpt.start} to ${excerpt.end} of ${excerpt.total}.${rest}`)
  }
  return lines.join('\n')
}
