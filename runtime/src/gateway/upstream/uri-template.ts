import { templateVariables } from '@nexus/plugin-api'
import { MAX_URI } from '../limits.ts'

/** An expression expands to characters other than `stop`. */
interface Expression {
  readonly stop: string
  /** First character of a non-empty expansion, where the operator has one. */
  readonly lead: string
  readonly variables: readonly string[]
}

/** One part of a template: fixed text, or an expression. */
type Part = { readonly text: string } | Expression

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
    const variables = templateVariables(match[0])
    parts.push({ stop: STOPS[operator] ?? '/?#', lead: operator === '+' ? '' : operator, variables })
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

/** Reaches of `uri` after each part; `undefined` where the template does not fit. */
function walk(template: string, uri: string): readonly Uint8Array[] | undefined {
  if (uri.length > MAX_URI || template.length > MAX_URI) return undefined
  const parts = partsOf(template)
  if (parts.length > MAX_PARTS) return undefined
  let reached: Uint8Array = new Uint8Array(uri.length + 1)
  reached[0] = 1
  const all = [reached]
  for (const part of parts) {
    reached = advance(part, uri, reached)
    all.push(reached)
  }
  return reached[uri.length] === 1 ? all : undefined
}

function partsOf(template: string): readonly Part[] {
  let parts = known.get(template)
  if (parts !== undefined) return parts
  parts = parse(template)
  if (known.size >= MAX_KNOWN) known.clear()
  known.set(template, parts)
  return parts
}

/**
 * Whether `uri` may be an expansion of the RFC 6570 `template`. Both come from strangers, so this walks all
 * possibilities at once, in time proportional to parts × characters, instead of a regular expression that can backtrack.
 */
export function matchesUriTemplate(template: string, uri: string): boolean {
  return walk(template, uri) !== undefined
}

/**
 * Values of the variables of `template` that make `uri`, percent-decoded; `undefined` when it does not fit. Where several
 * ways lead there, each expression takes as much as the ones before it leave over.
 */
export function matchUriTemplate(template: string, uri: string): Readonly<Record<string, string>> | undefined {
  const reached = walk(template, uri)
  if (reached === undefined) return undefined
  const parts = partsOf(template)
  const values: Record<string, string> = {}
  const named = parts.flatMap((part) => ('text' in part || !isForm(part) ? [] : part.variables))
  let end = uri.length
  for (let at = parts.length - 1; at >= 0; at -= 1) {
    const part = parts[at]
    const before = reached[at]
    if (part === undefined || before === undefined) return undefined
    if ('text' in part) end -= part.text.length
    else {
      const start = beginOf(part, uri, before, end)
      Object.assign(values, valuesOf(part, uri.slice(start, end), named))
      end = start
    }
  }
  return values
}

/** Where an expansion that ends at `end` began: as late as the parts before allow. */
function beginOf({ stop, lead }: Expression, uri: string, before: Uint8Array, end: number): number {
  if (before[end] === 1) return end
  for (let start = end - 1; start >= 0; start -= 1) {
    const character = uri.charAt(start)
    const begins = lead === '' ? !stop.includes(character) : character === lead
    if (begins && before[start] === 1) return start
    if (stop.includes(character)) break
  }
  return end
}

/** Whether the expansion says the names of its variables. */
const isForm = ({ lead }: Pick<Expression, 'lead'>): boolean => lead === '?' || lead === '&' || lead === ';'

/** The text of one expansion, by the names of its variables. Source: RFC 6570, 3.2. */
function valuesOf(
  { lead, variables }: Expression,
  expansion: string,
  named: readonly string[],
): Readonly<Record<string, string>> {
  const text = lead === '' ? expansion : expansion.slice(lead.length)
  const values: Record<string, string> = {}
  if (expansion === '') return values
  if (isForm({ lead })) {
    for (const pair of text.split(lead === ';' ? ';' : '&')) {
      const [name = '', ...rest] = pair.split('=')
      // Which of two such expressions a pair belongs to cannot be seen, nor does it matter.
      if (named.includes(name)) values[name] = decoded(rest.join('='))
    }
    return values
  }
  const texts = variables.length === 1 ? [text] : text.split(lead === '.' || lead === '/' ? lead : ',')
  for (const [index, name] of variables.entries()) {
    const value = texts[index]
    if (value !== undefined) values[name] = decoded(value)
  }
  return values
}

/** A percent sign that stands for nothing stays as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
