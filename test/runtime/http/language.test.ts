import { describe, expect, it } from 'vitest'
import { createTranslate } from '../../../runtime/src/http/language.ts'

const text = { en: 'page', de: 'Seite', 'de-AT': 'Seiterl', 'pt-BR': 'página' }

describe('texts of manifests in the reader’s language [U6]', () => {
  it.each([
    ['de', '', 'Seite'],
    ['de-CH-1996', '', 'Seite'],
    ['DE-at', '', 'Seiterl'],
    ['fr', '', 'page'],
    [undefined, 'fr;q=0.9, pt-BR;q=0.8, de;q=0.1', 'página'],
    [undefined, 'de;q=0.1, pt-BR;q=0.8', 'página'],
    [undefined, 'de;q=0, *', 'page'],
    [undefined, '', 'page'],
    [undefined, ';;;,,q=', 'page'],
    ['__proto__', '', 'page'],
    ['', 'de', 'Seite'],
  ])('language %j with Accept-Language %j gives %j', (language, accept, expected) => {
    expect(createTranslate(language, accept)(text)).toBe(expected)
  })

  it('leaves a text without translations as it is', () => {
    expect(createTranslate('de', '')('page')).toBe('page')
  })
})
