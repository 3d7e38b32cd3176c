import { type HtmlElement, type HtmlNode, findElement, isBlock, isNoise, textOf } from './html-node.ts'
import { MAX_INDENT, MAX_LINK_TEXT } from './limits.ts'
import { type PageStyle, renderInline } from './render-inline.ts'
import { cellsOf, isLayoutTable, renderTable, rowsOf } from './render-table.ts'

/** Writes nodes as blocks; who joins them puts an empty line between two. `depth` counts lists and quotations around. */
export function renderBlocks(nodes: readonly HtmlNode[], style: PageStyle, depth = 0): readonly string[] {
  const blocks: string[] = []
  let line: HtmlNode[] = []
  const flush = () => {
    const text = style.markup.paragraph(renderInline(line, style))
    if (text !== '') blocks.push(text)
    line = []
  }
  for (const node of nodes) {
    if (typeof node === 'string' || !standsAlone(node)) line.push(node)
    else if (!isNoise(node)) {
      flush()
      blocks.push(...renderBlock(node, style, depth))
    }
  }
  flush()
  return blocks
}

/** Blocks, and inline elements that hold blocks; but a link around a short block stays a link. */
function standsAlone(node: HtmlElement): boolean {
  if (isBlock(node.name)) return true
  return node.holdsBlock && (node.name !== 'a' || textOf(node).length > MAX_LINK_TEXT)
}

function renderBlock(node: HtmlElement, style: PageStyle, depth: number): readonly string[] {
  const level = /^h([1-6])$/.exec(node.name)?.[1]
  if (level !== undefined) {
    const text = renderInline(node.children, style)
    return text === '' ? [] : [style.markup.heading(Number(level), text)]
  }
  switch (node.name) {
    case 'hr':
      return style.markup.rule === '' ? [] : [style.markup.rule]
    case 'pre':
      return renderCode(node, style)
    case 'ul':
    case 'ol':
    case 'menu':
      return renderList(node, style, depth)
    case 'blockquote':
      return renderQuote(node, style, depth)
    case 'table':
      return renderTableOrLayout(node, style, depth)
    case 'dt':
    case 'summary': {
      const text = renderInline(node.children, style)
      return text === '' ? [] : [style.markup.strong(text)]
    }
    default:
      return renderBlocks(node.children, style, depth)
  }
}

function renderCode(node: HtmlElement, style: PageStyle): readonly string[] {
  const text = rawText(node)
    .replace(/^\r?\n/, '')
    .replaceAll('\r', '')
    .trimEnd()
  if (text.trim() === '') return []
  const inner = findElement(node, (element) => element.name === 'code')
  const classes = `${inner?.attributes.get('class') ?? ''} ${node.attributes.get('class') ?? ''}`
  const language = /(?:^|\s)(?:language|lang|highlight-source)-([A-Za-z0-9+#-]{1,30})/.exec(classes)?.[1] ?? ''
  return [style.markup.codeBlock(text, language)]
}

function rawText(node: HtmlNode): string {
  if (typeof node === 'string') return node
  if (node.name === 'br') return '\n'
  return isNoise(node) ? '' : node.children.map(rawText).join('')
}

function indent(blocks: readonly string[], first: string, rest: string): string {
  return blocks
    .join('\n\n')
    .split('\n')
    .map((line, index) => (index === 0 ? first + line : line === '' ? '' : rest + line))
    .join('\n')
}

function renderList(node: HtmlElement, style: PageStyle, depth: number): readonly string[] {
  const start = Number.parseInt(node.attributes.get('start') ?? '1', 10)
  let number = Number.isNaN(start) ? 1 : start
  const items: string[] = []
  // What stands in a list outside its items is treated as an item, so that nothing is lost.
  for (const child of node.children) {
    if (typeof child === 'string' ? child.trim() === '' : isNoise(child)) continue
    const isItem = typeof child !== 'string' && child.name === 'li'
    const blocks = renderBlocks(isItem ? child.children : [child], style, depth + 1)
    if (blocks.length === 0) continue
    const mark = node.name === 'ol' ? `${number++}. ` : '- '
    const joined = isTight(blocks) ? [blocks.join('\n')] : blocks
    items.push(depth < MAX_INDENT ? indent(joined, mark, ' '.repeat(mark.length)) : joined.join('\n'))
  }
  return items.length === 0 ? [] : [items.join(items.some((item) => item.includes('\n\n')) ? '\n\n' : '\n')]
}

/** One paragraph, perhaps with a list below it. */
function isTight(blocks: readonly string[]): boolean {
  return (
    blocks.length <= 2 &&
    blocks.every((block, index) => !block.includes('\n\n') && (index === 0 || /^(- |\d+\. )/.test(block)))
  )
}

function renderQuote(node: HtmlElement, style: PageStyle, depth: number): readonly string[] {
  const blocks = renderBlocks(node.children, style, depth + 1)
  if (blocks.length === 0 || depth >= MAX_INDENT) return blocks
  const lines = blocks.join('\n\n').split('\n')
  return [lines.map((line) => style.markup.quote(line)).join('\n')]
}

function renderTableOrLayout(node: HtmlElement, style: PageStyle, depth: number): readonly string[] {
  const rows = rowsOf(node)
  if (rows.length === 0) return renderBlocks(node.children, style, depth)
  if (!isLayoutTable(node, rows)) return renderTable(node, rows, style)
  return rows.flatMap((row) => cellsOf(row).flatMap((cell) => renderBlocks(cell.children, style, depth)))
}
