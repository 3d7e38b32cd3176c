/** How pieces of a page are written. */
export interface Markup {
  text(text: string): string
  /** A paragraph: what would look like a mark at its beginning is escaped. */
  paragraph(text: string): string
  heading(level: number, text: string): string
  strong(text: string): string
  emphasis(text: string): string
  code(text: string): string
  codeBlock(text: string, language: string): string
  link(text: string, url: string): string
  image(alt: string, url: string): string
  quote(line: string): string
  table(rows: readonly (readonly string[])[]): string
  readonly rule: string
}

const MARKS = new Set('\\`*[]_<'.split('').map((mark) => mark.charCodeAt(0)))
const ESCAPED = /[\\`*[\]]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|<(?=[a-zA-Z/!])/g

/** Most texts hold nothing to escape; looking is much cheaper than replacing. */
function escapeMarks(text: string): string {
  for (let position = 0; position < text.length; position++) {
    if (MARKS.has(text.charCodeAt(position))) return text.replace(ESCAPED, '\\$&')
  }
  return text
}

/** What could be a heading, a list, a quotation or an underline at the beginning of a paragraph. */
function escapeBeginning(text: string): string {
  const code = text.charCodeAt(0)
  if (code >= 48 && code <= 57) return text.replace(/^(\d{1,9})([.)])(?=\s)/, '$1\\$2')
  return '#-+>='.includes(text.charAt(0)) ? text.replace(/^(#{1,6}|[-+>=])(?=\s|$)/, '\\$1') : text
}

function tableLine(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}

function fence(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`{3,}/g)].map((run) => run[0].length))
  return '`'.repeat(longest + 1)
}

function linkUrl(url: string): string {
  if (!/[()<>\\]/.test(url)) return url
  return url.replace(/[()<>\\]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
}

/** CommonMark with GitHub's tables. */
export const markdown: Markup = {
  text: escapeMarks,
  paragraph: escapeBeginning,
  heading: (level, text) => `${'#'.repeat(level)} ${text.replaceAll('\n', ' ')}`,
  strong: (text) => `**${text}**`,
  emphasis: (text) => `*${text}*`,
  code(text) {
    const mark = text.includes('`') ? '``' : '`'
    const space = text.startsWith('`') || text.endsWith('`') ? ' ' : ''
    return text.includes('``') ? escapeMarks(text) : `${mark}${space}${text}${space}${mark}`
  },
  codeBlock: (text, language) => `${fence(text)}${language}\n${text}\n${fence(text)}`,
  link: (text, url) => `[${text.replaceAll('\n', ' ')}](${linkUrl(url)})`,
  image: (alt, url) => `![${escapeMarks(alt)}](${linkUrl(url)})`,
  quote: (line) => (line === '' ? '>' : `> ${line}`),
  table(rows) {
    const [head = [], ...body] = rows.map((row) => row.map((cell) => cell.replaceAll('|', '\\|')))
    return [tableLine(head), tableLine(head.map(() => '---')), ...body.map(tableLine)].join('\n')
  },
  rule: '---',
}

/** Text without marks. */
export const plainText: Markup = {
  text: (text) => text,
  paragraph: (text) => text,
  heading: (_level, text) => text,
  strong: (text) => text,
  emphasis: (text) => text,
  code: (text) => text,
  codeBlock: (text) => text,
  link: (text) => text,
  image: (alt) => alt,
  quote: (line) => line,
  table: (rows) => rows.map((row) => row.join(' | ')).join('\n'),
  rule: '',
}
