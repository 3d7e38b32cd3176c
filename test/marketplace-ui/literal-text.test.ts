import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const source = join(import.meta.dirname, '../../marketplace-ui/src')

/** The markup of every `html` template in a file, with each `${…}` replaced by a mark. */
function templatesOf(text: string): readonly string[] {
  const found: string[] = []
  const readTemplate = (start: number): number => {
    let markup = ''
    let at = start
    while (at < text.length && text[at] !== '`') {
      if (text[at] === '\\') at += 2
      else if (text.startsWith('${', at)) {
        at = readExpression(at + 2)
        markup += '\u0000'
      } else {
        markup += text[at]
        at += 1
      }
    }
    found.push(markup)
    return at + 1
  }
  const readPlain = (start: number): number => {
    let at = start
    while (at < text.length && text[at] !== '`') {
      if (text[at] === '\\') at += 2
      else if (text.startsWith('${', at)) at = readExpression(at + 2)
      else at += 1
    }
    return at + 1
  }
  const readExpression = (start: number): number => {
    let depth = 1
    let at = start
    while (at < text.length && depth > 0) {
      if (text.startsWith('html`', at)) at = readTemplate(at + 5)
      else if (text[at] === '`') at = readPlain(at + 1)
      else if (text[at] === "'") at = text.indexOf("'", at + 1) + 1
      else {
        if (text[at] === '{') depth += 1
        if (text[at] === '}') depth -= 1
        at += 1
      }
    }
    return at
  }
  for (let at = text.indexOf('html`'); at !== -1; at = text.indexOf('html`', at)) at = readTemplate(at + 5)
  return found
}

/** Letters between tags, or in an attribute people read. The product's own name is not translated. */
function literalTexts(markup: string): readonly string[] {
  const attributes = [...markup.matchAll(/\b(?:aria-label|title|placeholder|alt)="([^"]*)"/g)].map(
    (match) => match[1] ?? '',
  )
  // Arrow functions and comparisons stand only inside expressions, which are gone; so `<` always opens a tag.
  const between = markup.replaceAll(/<[^>]*>/g, '\u0000').replaceAll(/&\w+;/g, '')
  return [...attributes, ...between.split('\u0000')]
    .map((part) => part.trim())
    .filter((part) => /\p{L}/u.test(part) && part !== 'Nexus')
}

const files = readdirSync(source, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => join(entry.parentPath, entry.name))

describe('templates [U6]', () => {
  test('hold no text of their own: every word comes from a catalog', () => {
    const literal = files.flatMap((file) =>
      templatesOf(readFileSync(file, 'utf8'))
        .flatMap(literalTexts)
        .map((text) => `${file.slice(source.length)}: ${text}`),
    )
    expect(literal).toEqual([])
  })

  test('the check itself sees a literal text and a literal label', () => {
    const template = ['html`<p>${name}</p><b>Hello</b><i title="World"></i>', '`'].join('')
    expect(templatesOf(template).flatMap(literalTexts)).toEqual(['World', 'Hello'])
  })

  test('set no inline style: the content security policy would drop it', () => {
    const styled = files.filter((file) =>
      templatesOf(readFileSync(file, 'utf8')).some((markup) => /\sstyle=/.test(markup)),
    )
    expect(styled).toEqual([])
  })
})
