import { type HtmlElement, isBlock } from './html-node.ts'
import { MAX_NESTING } from './limits.ts'
import { type HtmlToken, tokenize } from './tokenize.ts'

const VOID = new Set('area base br col embed hr img input link meta param source track wbr'.split(' '))

interface ImpliedEnd {
  /** Elements that the start tag ends. */
  readonly ends: ReadonlySet<string>
  /** Elements beyond which it does not look. */
  readonly within: ReadonlySet<string>
}

function ends(names: string, within: string): ImpliedEnd {
  return { ends: new Set(names.split(' ')), within: new Set(within.split(' ')) }
}

const TABLE = 'table td th caption'
/** Which open element a start tag ends. Source: the HTML standard, optional tags (section 13.1.2.4). */
const IMPLIED: ReadonlyMap<string, ImpliedEnd> = new Map([
  ['li', ends('li', `ul ol menu ${TABLE}`)],
  ['dt', ends('dt dd', `dl ${TABLE}`)],
  ['dd', ends('dt dd', `dl ${TABLE}`)],
  ['td', ends('td th', 'table tr')],
  ['th', ends('td th', 'table tr')],
  ['tr', ends('tr caption', 'table')],
  ['tbody', ends('thead tbody tfoot caption', 'table')],
  ['thead', ends('thead tbody tfoot caption', 'table')],
  ['tfoot', ends('thead tbody tfoot caption', 'table')],
  ['option', ends('option', 'select')],
  ['a', ends('a', TABLE)],
])
const PARAGRAPH = ends('p', `button ${TABLE}`)
const CELL = new Set(TABLE.split(' '))
const TABLE_PARTS = new Set('table caption thead tbody tfoot tr td th'.split(' '))

/** Reads HTML of any quality into a tree. Never fails; time and memory are proportional to the text. */
export function parseHtml(html: string): HtmlElement {
  const root: HtmlElement = { name: '#document', attributes: new Map(), children: [], holdsBlock: false }
  const open: HtmlElement[] = [root]
  for (const token of tokenize(html)) {
    if (token.type === 'open') openElement(open, token)
    else if (token.type === 'close') closeElement(open, token.name)
    else open.at(-1)?.children.push(token.text)
  }
  return root
}

/** Ends the nearest open element named in `names`, with everything inside it, unless one of `within` comes first. */
function endNearest(open: HtmlElement[], names: ReadonlySet<string>, within: ReadonlySet<string>): void {
  for (let index = open.length - 1; index > 0; index--) {
    const name = open[index]?.name ?? ''
    if (names.has(name)) {
      open.length = index
      return
    }
    if (within.has(name)) return
  }
}

function openElement(open: HtmlElement[], token: HtmlToken & { readonly type: 'open' }): void {
  if (isBlock(token.name)) endNearest(open, PARAGRAPH.ends, PARAGRAPH.within)
  const implied = IMPLIED.get(token.name)
  if (implied !== undefined) endNearest(open, implied.ends, implied.within)
  const element: HtmlElement = { name: token.name, attributes: token.attributes, children: [], holdsBlock: false }
  open.at(-1)?.children.push(element)
  if (isBlock(token.name)) markHolders(open)
  // `<div/>` is an open `div` in HTML; only foreign elements (`<path/>`) close themselves.
  const isClosed =
    VOID.has(token.name) || (token.selfClosing && open.some((outer) => outer.name === 'svg' || outer.name === 'math'))
  if (!isClosed && open.length < MAX_NESTING) open.push(element)
}

/** From the inside out, up to the first that is marked: its holders are marked already. */
function markHolders(open: readonly HtmlElement[]): void {
  for (let index = open.length - 1; index >= 0; index--) {
    const holder = open[index]
    if (holder === undefined || holder.holdsBlock) return
    holder.holdsBlock = true
  }
}

function closeElement(open: HtmlElement[], name: string): void {
  if (name === 'br') open.at(-1)?.children.push({ name, attributes: new Map(), children: [], holdsBlock: false })
  else endNearest(open, new Set([name]), TABLE_PARTS.has(name) ? new Set(name === 'table' ? [] : ['table']) : CELL)
}
