import { type HtmlNode, type HtmlElement, isBlock, isNoise, textOf } from './html-node.ts'
import type { Markup } from './markup.ts'
import { resolveUrl, withoutFragment } from './resolve-url.ts'
import { collapseSpaces, isSpace } from './spaces.ts'

/** What is the same for the whole page. */
export interface PageStyle {
  readonly markup: Markup
  /** Address that links are relative to. */
  readonly base: string
}

/** Marks that surround the text already; HTML may nest them, Markdown does not. */
type Around = ReadonlySet<string>

const NOTHING: Around = new Set()
const STRONG = new Set(['b', 'strong'])
const EMPHASIS = new Set(['cite', 'dfn', 'em', 'i', 'var'])
const CODE = new Set(['code', 'kbd', 'samp', 'tt'])

/** Text of one paragraph: white space collapsed as browsers do, `\n` only where the page has `<br>`. */
export function renderInline(nodes: readonly HtmlNode[], style: PageStyle): string {
  const text = inline(nodes, style, NOTHING).trim()
  if (!text.includes('\n')) return collapseSpaces(text)
  return text
    .split('\n')
    .map((line) => collapseSpaces(line).trim())
    .join('\n')
}

function inline(nodes: readonly HtmlNode[], style: PageStyle, around: Around): string {
  return nodes
    .map((node) => (typeof node === 'string' ? plain(node, style, around) : element(node, style, around)))
    .join('')
}

function plain(text: string, style: PageStyle, around: Around): string {
  const collapsed = collapseSpaces(text)
  return around.has('code') ? collapsed : style.markup.text(collapsed)
}

function element(node: HtmlElement, style: PageStyle, around: Around): string {
  if (node.name === 'br') return '\n'
  if (node.name === 'img') return image(node, style)
  if (isNoise(node)) return ''
  if (node.name === 'a') return link(node, style, around)
  if (STRONG.has(node.name)) return mark(node, style, around, 'strong')
  if (EMPHASIS.has(node.name)) return mark(node, style, around, 'emphasis')
  if (CODE.has(node.name)) return mark(node, style, around, 'code')
  const text = inline(node.children, style, around)
  return isBlock(node.name) ? ` ${text} ` : text
}

function mark(node: HtmlElement, style: PageStyle, around: Around, kind: 'strong' | 'emphasis' | 'code'): string {
  if (around.has(kind) || around.has('code')) return inline(node.children, style, around)
  return surround(inline(node.children, style, new Set([...around, kind])), (text) => style.markup[kind](text))
}

/** White space at the ends stays outside the marks. */
function surround(text: string, write: (text: string) => string): string {
  const inner = text.trim()
  if (inner === '') return text === '' ? '' : ' '
  const before = isSpace(text.charCodeAt(0)) ? ' ' : ''
  const after = isSpace(text.charCodeAt(text.length - 1)) ? ' ' : ''
  return before + write(inner) + after
}

function link(node: HtmlElement, style: PageStyle, around: Around): string {
  const url = targetOf(node, style.base)
  const isPlain = url === undefined || around.has('link') || around.has('code')
  const text = inline(node.children, style, isPlain ? around : new Set([...around, 'link']))
  return isPlain ? text : surround(text, (inner) => style.markup.link(inner, url))
}

/** Where a link leads; `undefined` for one within the page, which is of no use in a text. */
function targetOf(node: HtmlElement, base: string): string | undefined {
  const href = node.attributes.get('href')?.trim()
  if (href === undefined || href === '' || href.startsWith('#')) return undefined
  const url = resolveUrl(base, href)
  return url === undefined || (url.includes('#') && withoutFragment(url) === withoutFragment(base)) ? undefined : url
}

/** Only images with a description say something in a text. */
function image(node: HtmlElement, style: PageStyle): string {
  const alt = (node.attributes.get('alt') ?? '').replace(/\s+/g, ' ').trim()
  const source = node.attributes.get('src')
  const url = source === undefined ? undefined : resolveUrl(style.base, source)
  if (alt === '') return ''
  return url === undefined ? style.markup.text(alt) : style.markup.image(alt, url)
}

/** A link of the page: text and absolute address. */
export interface PageLink {
  readonly text: string
  readonly url: string
}

/** All links of the page to other pages, navigation included, each address once, in the page's order. */
export function collectLinks(root: HtmlElement, base: string): readonly PageLink[] {
  const links = new Map<string, string>()
  const visit = (node: HtmlElement) => {
    const url = node.name === 'a' || node.name === 'area' ? targetOf(node, base) : undefined
    if (url?.startsWith('http') === true) {
      const text = (
        textOf(node).replace(/\s+/g, ' ').trim() ||
        (node.attributes.get('title') ?? node.attributes.get('alt') ?? '')
      ).slice(0, 200)
      if ((links.get(url) ?? '') === '') links.set(url, text.toWellFormed())
    }
    for (const child of node.children) if (typeof child !== 'string') visit(child)
  }
  visit(root)
  return [...links].map(([url, text]) => ({ text, url }))
}
