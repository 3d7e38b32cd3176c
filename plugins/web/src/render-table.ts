import { type HtmlElement, findElement } from './html-node.ts'
import { MAX_TABLE_COLUMNS } from './limits.ts'
import { type PageStyle, renderInline } from './render-inline.ts'

const LAYOUT = new Set(['table', 'h1', 'h2', 'h3', 'h4', 'pre', 'ul', 'ol', 'form', 'article', 'section'])

/** Rows of the table itself, not of tables within it. */
export function rowsOf(table: HtmlElement): readonly HtmlElement[] {
  return table.children.flatMap((child) => {
    if (typeof child === 'string') return []
    if (child.name === 'tr') return [child]
    return ['thead', 'tbody', 'tfoot'].includes(child.name) ? rowsOf(child) : []
  })
}

/** Cells of a row. */
export function cellsOf(row: HtmlElement): readonly HtmlElement[] {
  return row.children
    .filter((child) => typeof child !== 'string')
    .filter((child) => child.name === 'td' || child.name === 'th')
}

/** Is the table there to arrange a page, and not to show data? */
export function isLayoutTable(table: HtmlElement, rows: readonly HtmlElement[]): boolean {
  return (
    rows.every((row) => cellsOf(row).length < 2) || findElement(table, (inner) => LAYOUT.has(inner.name)) !== undefined
  )
}

/** Writes a table of data: every row as wide as the widest, spanned cells left empty. */
export function renderTable(table: HtmlElement, rows: readonly HtmlElement[], style: PageStyle): readonly string[] {
  const lines = rows.map((row) =>
    cellsOf(row)
      .flatMap((cell) => spread(cell, style))
      .slice(0, MAX_TABLE_COLUMNS),
  )
  const width = Math.max(...lines.map((line) => line.length))
  const padded = lines
    .filter((line) => line.length > 0)
    .map((line) => [...line, ...Array<string>(width - line.length).fill('')])
  const caption = table.children.find((child) => typeof child !== 'string' && child.name === 'caption')
  const title = caption === undefined ? '' : renderInline([caption], style)
  return title === '' ? [style.markup.table(padded)] : [style.markup.strong(title), style.markup.table(padded)]
}

function spread(cell: HtmlElement, style: PageStyle): readonly string[] {
  const text = renderInline(cell.children, style).replaceAll('\n', ' ')
  const span = Number.parseInt(cell.attributes.get('colspan') ?? '1', 10)
  const further = Number.isNaN(span) ? 0 : Math.min(Math.max(span - 1, 0), MAX_TABLE_COLUMNS)
  return [text, ...Array<string>(further).fill('')]
}
