import { type HtmlElement, findElement, isNoise, textOf } from './html-node.ts'
import { MIN_MAIN_CHARACTERS } from './limits.ts'
import { markdown, plainText } from './markup.ts'
import { parseHtml } from './parse-html.ts'
import { renderBlocks } from './render-blocks.ts'
import { type PageLink, collectLinks } from './render-inline.ts'
import { resolveUrl } from './resolve-url.ts'

/** A page as text. */
export interface ConvertedPage {
  readonly title: string
  readonly text: string
}

/**
 * What a person cannot see but a model reads, or what reorders what a person sees. The joiners U+200C and U+200D stay:
 * several scripts and emoji need them.
 */
const HIDDEN =
  // oxlint-disable-next-line no-control-regex -- control characters are what this expression is for
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\u00AD\u061C\u180E\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB\u{E0000}-\u{E0FFF}]/gu

/** Makes an HTML page readable: its main part, without navigation, scripts, styles and hidden characters. */
export function convertPage(html: string, url: string, format: 'markdown' | 'text'): ConvertedPage {
  const root = parseHtml(html)
  const style = { markup: format === 'markdown' ? markdown : plainText, base: baseOf(root, url) }
  const text = renderBlocks(mainOf(root).children, style).join('\n\n').replace(HIDDEN, '').replaceAll('\u00a0', ' ')
  return { title: titleOf(root), text }
}

/** The links of an HTML page. */
export function linksOf(html: string, url: string): readonly PageLink[] {
  const root = parseHtml(html)
  return collectLinks(root, baseOf(root, url)).map((link) => ({ text: link.text.replace(HIDDEN, ''), url: link.url }))
}

function baseOf(root: HtmlElement, url: string): string {
  const href = findElement(root, (element) => element.name === 'base')?.attributes.get('href')
  return href === undefined ? url : (resolveUrl(url, href) ?? url)
}

function titleOf(root: HtmlElement): string {
  const title =
    findElement(root, (element) => element.name === 'title') ?? findElement(root, (element) => element.name === 'h1')
  return title === undefined
    ? ''
    : textOf(title).replace(HIDDEN, '').replace(/\s+/g, ' ').trim().slice(0, 300).toWellFormed()
}

function isMain(element: HtmlElement): boolean {
  return element.name === 'main' || element.attributes.get('role') === 'main'
}

/** The part a reader came for: `main` or the only `article` where it holds enough text, else everything. */
function mainOf(root: HtmlElement): HtmlElement {
  const main = findElement(root, isMain) ?? onlyArticle(root)
  return main !== undefined && !isNoise(main) && textOf(main).length >= MIN_MAIN_CHARACTERS ? main : root
}

function onlyArticle(root: HtmlElement): HtmlElement | undefined {
  let first: HtmlElement | undefined
  const second = findElement(root, (element) => {
    if (element.name !== 'article') return false
    if (first !== undefined) return true
    first = element
    return false
  })
  return second === undefined ? first : undefined
}
