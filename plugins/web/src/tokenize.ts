import { decodeEntities } from './entities.ts'
import { isSpace } from './spaces.ts'

/** A piece of an HTML text. */
export type HtmlToken =
  | { readonly type: 'text'; readonly text: string }
  | {
      readonly type: 'open'
      readonly name: string
      readonly attributes: ReadonlyMap<string, string>
      readonly selfClosing: boolean
    }
  | { readonly type: 'close'; readonly name: string }

/** Elements whose content is text up to their own end tag; `true` when character references count in it. */
const RAW = new Map([
  ['script', false],
  ['style', false],
  ['xmp', false],
  ['iframe', false],
  ['noembed', false],
  ['noframes', false],
  ['noscript', false],
  ['textarea', true],
  ['title', true],
])

const KEPT = new Set([
  'alt',
  'aria-hidden',
  'class',
  'colspan',
  'hidden',
  'href',
  'open',
  'role',
  'src',
  'start',
  'title',
])

const TAG_NAME = /<\/?([a-zA-Z][^\s/>]*)/y
const ATTRIBUTE = /[\s/]*([^\s/>=][^\s/>=]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+)))?/y

/**
 * Splits HTML as browsers do where it matters: nothing is an error. Each character is looked at a bounded number of
 * times, whatever the page holds: what has no end (a comment, a raw text, a quotation mark) ends the page.
 */
export function* tokenize(html: string): Generator<HtmlToken> {
  let position = 0
  while (position < html.length) {
    const start = findMarkup(html, position)
    if (start > position) yield { type: 'text', text: decodeEntities(html.slice(position, start)) }
    if (start === html.length) return
    const tag = readTag(html, start)
    if (tag === undefined) {
      position = skipDeclaration(html, start)
      continue
    }
    yield tag.token
    position = tag.end
    if (tag.token.type !== 'open') continue
    const decoded = RAW.get(tag.token.name)
    if (decoded === undefined) continue
    const end = findRawEnd(html, position, tag.token.name)
    const text = html.slice(position, end)
    if (text !== '') yield { type: 'text', text: decoded ? decodeEntities(text) : text }
    position = end
  }
}

/** Where the next tag, comment or declaration begins: a `<` that is not just a sign. */
function findMarkup(html: string, from: number): number {
  for (let position = html.indexOf('<', from); position !== -1; position = html.indexOf('<', position + 1)) {
    const next = html.charCodeAt(position + 1)
    const letter = next | 32
    if ((letter >= 97 && letter <= 122) || next === 47 || next === 33 || next === 63) return position
  }
  return html.length
}

function skipDeclaration(html: string, start: number): number {
  const [mark, length] = html.startsWith('<!--', start) ? ['-->', 3] : ['>', 1]
  const end = html.indexOf(mark, start + 2)
  return end === -1 ? html.length : end + length
}

function findRawEnd(html: string, start: number, name: string): number {
  const pattern = new RegExp(`</${name}(?=[\\s/>])`, 'gi')
  pattern.lastIndex = start
  return pattern.exec(html)?.index ?? html.length
}

/** Where the tag ends when nothing but white space and `/` comes before its `>`. */
function findTagEnd(html: string, from: number): number | undefined {
  let position = from
  while (html.charCodeAt(position) === 47 || isSpace(html.charCodeAt(position))) position++
  return html.charCodeAt(position) === 62 ? position + 1 : undefined
}

function readTag(
  html: string,
  start: number,
): { readonly token: HtmlToken & { type: 'open' | 'close' }; readonly end: number } | undefined {
  TAG_NAME.lastIndex = start
  const name = TAG_NAME.exec(html)?.[1]?.toLowerCase()
  if (name === undefined) return undefined
  let position = TAG_NAME.lastIndex
  const attributes = new Map<string, string>()
  for (;;) {
    const end = findTagEnd(html, position)
    if (end !== undefined) {
      if (html[start + 1] === '/') return { token: { type: 'close', name }, end }
      return { token: { type: 'open', name, attributes, selfClosing: html.charCodeAt(end - 2) === 47 }, end }
    }
    ATTRIBUTE.lastIndex = position
    const match = ATTRIBUTE.exec(html)
    if (match === null) {
      // A stray `=` is skipped; at the end of the page an unfinished tag is dropped.
      if (position >= html.length) return { token: { type: 'close', name: '' }, end: html.length }
      position++
      continue
    }
    position = ATTRIBUTE.lastIndex
    const key = match[1]?.toLowerCase() ?? ''
    if (KEPT.has(key) && !attributes.has(key))
      attributes.set(key, decodeEntities(match[2] ?? match[3] ?? match[4] ?? ''))
  }
}
