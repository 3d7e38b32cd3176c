import { MAX_URI } from '../limits.ts'

/** One part of a template: fixed text, or an expression that expands to characters other than `stop`. */
type Part =
  | { readonly text: string }
  | {
      readonly stop: string
      /** First character of a non-empty expansion, where the operator has one. */ readonly lead: string
    }

const MAX_PARTS = 64
const MAX_KNOWN = 10_000
const EXPRESSION = /\{([+#./;?&]?)[^{}]*\}/g
const STOPS: Readonly<Record<string, string>> = {
  '': '/?#',
  '+': '?#',
  '#': '',
  '.': '/?#',
  '/': '?#',
  ';': '/?#',
  '?': '#',
  '&': '#',
}

const known = new Map<string, readonly Part[]>()

function parse(template: string): readonly Part[] {
  const parts: Part[] = []
  let rest = 0
  for (const match of template.matchAll(EXPRESSION)) {
    if (match.index > rest) parts.push({ text: template.slice(rest, match.index) })
    const operator = match[1] ?? ''
    parts.push({ stop: STOPS[operator] ?? '/?#', lead: operator === '+' ? '' : operator })
    rest = match.index + match[0].length
  }
  if (rest < template.length) parts.push({ text: template.slice(rest) })
  return parts
}

/** Where in `uri` a match may stand after `part`, given where it may stand before. */
function advance(part: Part, uri: string, from: Uint8Array): Uint8Array {
  const to = new Uint8Array(from.length)
  if ('text' in part) {
    for (let at = 0; at < from.length; at += 1) {
      if (from[at] === 1 && uri.startsWith(part.text, at)) to[at + part.text.length] = 1
    }
    return to
  }
  let inside = false
  for (let at = 0; at < from.length; at += 1) {
    // An expansion goes on while its characters last, or begins where the part before may end.
    if (inside) to[at] = 1
    if (from[at] === 1) to[at] = 1
    const character = uri.charAt(at)
    const begins = from[at] === 1 && (part.lead === '' ? !part.stop.includes(character) : character === part.lead)
    inside = character !== '' && (begins || (inside && !part.stop.includes(character)))
  }
  return to
}

/**
 * Whether `uri` may be an expansion of the RFC 6570 `template`. Both come from strangers, so this walks all
 * possibilities at once, in time proportional to parts × characters, instead of a regular expression that can backtrack.
 */
export function matchesUriTemplate(template: string, uri: string): boolean {
  if (uri.length > MAX_URI || template.length > MAX_URI) return false
  let parts = known.get(template)
  if (parts === undefined) {
    parts = parse(template)
    if (known.size >= MAX_KNOWN) known.clear()
    known.set(template, parts)
  }
  if (parts.length > MAX_PARTS) return false
  let reached: Uint8Array = new Uint8Array(uri.length + 1)
  reached[0] = 1
  for (const part of parts) reached = advance(part, uri, reached)
  return reached[uri.length] === 1
}
